//! `sockeye lint`: reports every problem of config files, with its place and its fix.

mod check;
mod engine;
mod fix;
mod github;
mod json;
mod merge;
mod report;
mod sarif;
mod targets;
mod text;
mod words;

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    cli::{Deny, Exit, LintArgs},
    config::{Origin, Problem},
};

use check::{Checked, Read, check};
use engine::{Asked, Engine};
use report::Report;
use targets::{Target, targets};

/// Checks what is named and writes its problems to `out`.
///
/// Ends with [`Exit::Usage`] when there are errors; warnings alone are fine, unless they are denied.
///
/// # Errors
///
/// Those of writing to `out`.
pub fn run(
    args: &LintArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
) -> io::Result<Exit> {
    let mut lint = Lint { args, environment, engine: None, report: Report::new(args.format, out) };
    lint.report.is_summed_up = args.files.len() > 1;
    match args.engine.as_ref().map(|named| Engine::find(named.as_deref(), environment)) {
        Some(Ok(engine)) => {
            lint.report.engine = Some(engine.title.clone());
            lint.engine = Some(engine);
        }
        Some(Err(message)) => lint.report.add(&Checked::wrong(Problem::error(
            "engine-not-asked",
            "",
            Origin::Default,
            message,
        )))?,
        None => {}
    }
    for target in targets(&args.files) {
        lint.target(target)?;
        if lint.engine.as_ref().is_some_and(Engine::is_interrupted) {
            lint.report.end()?;
            return Ok(Exit::Interrupted);
        }
    }
    lint.report.end()?;
    let is_refused =
        lint.report.errors > 0 || (args.deny == Some(Deny::Warnings) && lint.report.warnings > 0);
    Ok(if is_refused { Exit::Usage } else { Exit::Done })
}

struct Lint<'a> {
    args: &'a LintArgs,
    environment: &'a dyn Fn(&str) -> Option<String>,
    engine: Option<Engine>,
    report: Report<'a>,
}

impl Lint<'_> {
    fn target(&mut self, target: Target) -> io::Result<()> {
        match target {
            Target::Wrong(problem) => self.report.add(&Checked::wrong(problem)),
            Target::Stdin => self.file(Read::stdin()),
            Target::File(path) if self.args.skip_others => self.if_config(&path).map(drop),
            Target::File(path) => self.file(Read::file(&path)),
            Target::Folder(path, files) => self.folder(&path, &files),
        }
    }

    fn file(&mut self, read: Read) -> io::Result<()> {
        let read = if self.args.mending.fix {
            fix::fix(read, self.args, self.environment, &mut self.report)?
        } else {
            read
        };
        let mut checked = check(&read, self.args.dialect, self.environment);
        self.ask_engine(&read, &mut checked);
        self.report.add(&checked)
    }

    /// A file that was not meant itself: whether it holds a pipeline. The others are counted.
    fn if_config(&mut self, path: &Path) -> io::Result<bool> {
        self.report.is_summed_up = true;
        let read = Read::file(path);
        if read.is_of_another_kind(self.args.dialect, self.environment) {
            self.report.skipped += 1;
            return Ok(false);
        }
        let is_without_input = self.engine.is_none()
            && check(&read, self.args.dialect, self.environment).has_only_another_input();
        if is_without_input {
            self.report.without_input += 1;
        } else {
            self.file(read)?;
        }
        Ok(true)
    }

    /// The files of a folder that hold a pipeline.
    fn folder(&mut self, folder: &Path, files: &[PathBuf]) -> io::Result<()> {
        let mut is_empty = true;
        for path in files {
            is_empty &= !self.if_config(path)?;
            if self.engine.as_ref().is_some_and(Engine::is_interrupted) {
                return Ok(());
            }
        }
        if is_empty {
            let message = match files.len() {
                0 => "the folder has no .yaml or .yml file".to_owned(),
                1 => "the one .yaml or .yml file of the folder holds no pipeline".to_owned(),
                many => format!("none of the {many} .yaml and .yml files of the folder holds a pipeline"),
            };
            let origin = Origin::File { path: folder.to_owned(), line: 0, column: 0 };
            let problem = Problem::error("no-config", "", origin, message);
            let advice = "name another folder, or the file itself, which is then read as a config";
            self.report.add(&Checked::wrong(problem.advise(advice)))?;
        }
        Ok(())
    }

    fn ask_engine(&mut self, read: &Read, checked: &mut Checked) {
        let (Some(engine), Ok(text)) = (&mut self.engine, &read.text) else { return };
        let asked = match engine.lint(read, text) {
            Asked::Told(told) => {
                // It has looked at the other inputs.
                checked
                    .told
                    .retain(|told| told.problem.code != "no-websocket-input" || told.problem.is_error());
                told
            }
            Asked::Failed(problem) => vec![*problem],
            Asked::Interrupted => return,
        };
        merge::merge(checked, asked);
    }
}
