//! Writes what was found, in the format that was asked for, and counts it.

use std::io;

use crate::cli::LintFormat;

use super::{
    check::{Checked, SOCKEYE, Source, Told},
    github, json, sarif, text,
};

/// What is reported of all files.
pub(super) struct Report<'a> {
    format: LintFormat,
    pub out: &'a mut dyn io::Write,
    /// The name of the engine that was asked.
    pub engine: Option<String>,
    pub errors: usize,
    pub warnings: usize,
    files: usize,
    /// Files of folders that hold no pipeline, and those whose pipeline has no websocket input.
    pub skipped: usize,
    pub without_input: usize,
    /// Whether a summary is due even if only one file was read.
    pub is_summed_up: bool,
    /// For the formats that are one document.
    kept: Vec<serde_json::Value>,
}

impl<'a> Report<'a> {
    pub fn new(format: LintFormat, out: &'a mut dyn io::Write) -> Self {
        Self {
            format,
            out,
            engine: None,
            errors: 0,
            warnings: 0,
            files: 0,
            skipped: 0,
            without_input: 0,
            is_summed_up: false,
            kept: Vec::new(),
        }
    }

    /// Adds a file.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn add(&mut self, checked: &Checked) -> io::Result<()> {
        let errors = checked.told.iter().filter(|told| told.problem.is_error()).count();
        self.errors += errors;
        self.warnings += checked.told.len() - errors;
        self.files += usize::from(checked.file.is_some());
        match self.format {
            LintFormat::Text => text::write(checked, self.engine.as_deref(), self.out)?,
            LintFormat::Github => {
                for told in &checked.told {
                    let line = github::annotation(told, &self.sources(told));
                    writeln!(self.out, "{line}")?;
                }
            }
            LintFormat::Json => self.kept.push(json::file(checked, &|told| self.sources(told))),
            LintFormat::Sarif => {
                let results = checked.told.iter().map(|told| sarif::result(told, &self.sources(told)));
                let results: Vec<_> = results.collect();
                self.kept.extend(results);
            }
        }
        Ok(())
    }

    /// Writes what comes after the last file.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn end(&mut self) -> io::Result<()> {
        match self.format {
            LintFormat::Text | LintFormat::Github => {
                if self.is_summed_up || self.files > 1 {
                    writeln!(self.out, "{}", self.summary())?;
                }
                Ok(())
            }
            LintFormat::Json => json::write(&self.kept, self.out),
            LintFormat::Sarif => json::write(&sarif::log(std::mem::take(&mut self.kept)), self.out),
        }
    }

    fn summary(&self) -> String {
        let mut parts = vec![
            format!("{} checked", counted(self.files, "file")),
            counted(self.errors, "error"),
            counted(self.warnings, "warning"),
        ];
        if self.without_input > 0 {
            parts.push(format!("{} without a websocket input", counted(self.without_input, "pipeline")));
        }
        if self.skipped > 0 {
            parts.push(format!(
                "{} skipped, which {} no pipeline",
                counted(self.skipped, "file"),
                match self.skipped {
                    1 => "holds",
                    _ => "hold",
                }
            ));
        }
        parts.join(", ")
    }

    /// The names of those who say it.
    fn sources(&self, told: &Told) -> Vec<String> {
        let engine = || self.engine.clone().unwrap_or_default();
        match told.source {
            Source::Sockeye => vec![SOCKEYE.to_owned()],
            Source::Engine => vec![engine()],
            Source::Both => vec![SOCKEYE.to_owned(), engine()],
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
