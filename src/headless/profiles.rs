//! `sockeye profiles`: connections that have names. No command for a secret is run, and no secret is printed.

use std::io;

use crate::{
    cli::{Exit, ProfilesCommand, SaveProfileArgs, collect_values, compared, kept, shown_entry},
    config::Problem,
    payload::printable,
    profiles::{Entry, Folder, ProfileFault, name_and_environment},
};

/// Runs it; `environment` returns the value of a variable. What is wrong goes to `told`.
///
/// # Errors
///
/// Those of writing.
pub fn run(
    command: &ProfilesCommand,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
    told: &mut dyn io::Write,
) -> io::Result<Exit> {
    let done = match command {
        ProfilesCommand::List => list(out),
        ProfilesCommand::Show { name } => show(name, out),
        ProfilesCommand::Compare { one, other } => compare(one, other, out),
        ProfilesCommand::Save(args) => return save(args, environment, out, told),
        ProfilesCommand::Delete { name } => Folder::of_home().and_then(|folder| folder.delete(name)).map(Ok),
    };
    match done {
        Ok(written) => written.map(|()| Exit::Done),
        Err(fault) => {
            writeln!(told, "{fault}")?;
            Ok(Exit::Usage)
        }
    }
}

/// A fault of a profile, or else how the writing went.
type Done = Result<io::Result<()>, ProfileFault>;

fn list(out: &mut dyn io::Write) -> Done {
    let folder = Folder::of_home()?;
    let names = folder.names();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for name in names {
        let about = match folder.read(&name) {
            Ok(profile) => {
                let url = profile.entries.iter().find(|entry| entry.path == "url").map(shown_entry);
                let environments: Vec<_> =
                    profile.environments.iter().map(|(name, _)| format!("@{name}")).collect();
                [url.unwrap_or_else(|| "no url".to_owned()), environments.join(" ")].join("  ")
            }
            Err(fault) => fault.to_string(),
        };
        if let Err(error) = writeln!(out, "{name:<widest$}  {}", printable(about.trim_end())) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// The values of `NAME` or `NAME@ENV`.
fn entries(name: &str) -> Result<Vec<Entry>, ProfileFault> {
    let (name, environment) = name_and_environment(name);
    Folder::of_home()?.entries(name, environment)
}

fn show(name: &str, out: &mut dyn io::Write) -> Done {
    let entries = entries(name)?;
    let widest = entries.iter().map(|entry| entry.path.chars().count()).max().unwrap_or_default();
    Ok(entries.iter().try_for_each(|entry| {
        writeln!(out, "{:<widest$}  {}", printable(&entry.path), printable(&shown_entry(entry)))
    }))
}

/// Writes a line for each path whose texts differ: the path, the one, the other.
fn compare(one: &str, other: &str, out: &mut dyn io::Write) -> Done {
    let (left, right) = (entries(one)?, entries(other)?);
    let fields = compared(&left, &right);
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let rows: Vec<_> = fields
        .iter()
        .filter(|field| !field.is_same)
        .map(|field| [field.path.clone(), text(&field.texts[0]), text(&field.texts[1])])
        .collect();
    let same = fields.len() - rows.len();
    let head = [String::new(), one.to_owned(), other.to_owned()];
    let table: Vec<_> = std::iter::once(&head).chain(&rows).collect();
    let width = |nth: usize| table.iter().map(|row| row[nth].chars().count()).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    let written = table.iter().try_for_each(|[path, left, right]| {
        let (path, left, right) = (printable(path), printable(left), printable(right));
        writeln!(out, "{path:<first$}  {left:<second$}  {right}")
    });
    Ok(written.and_then(|()| writeln!(out, "{} different, {same} equal", rows.len())))
}

fn save(
    args: &SaveProfileArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
    told: &mut dyn io::Write,
) -> io::Result<Exit> {
    let gathered = collect_values(&args.session, environment);
    for problem in &gathered.problems {
        writeln!(told, "{problem}")?;
    }
    if gathered.problems.iter().any(Problem::is_error) {
        return Ok(Exit::Usage);
    }
    let (entries, notes) = kept(&gathered.values);
    for note in &notes {
        writeln!(told, "note: {note}")?;
    }
    let saved = Folder::of_home().and_then(|folder| {
        let was_there = folder.save(&args.name, entries, &notes)?;
        Ok((folder.file(&args.name)?, was_there))
    });
    match saved {
        Ok((path, was_there)) => {
            let how = if was_there { "replaced" } else { "saved" };
            writeln!(out, "{how} {}", path.display())?;
            Ok(Exit::Done)
        }
        Err(fault) => {
            writeln!(told, "{fault}")?;
            Ok(Exit::Usage)
        }
    }
}
