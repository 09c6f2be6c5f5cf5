//! What the form needs of the system: variables, the files that fields name, and a new file for a profile.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{MAIN_SEPARATOR, Path, PathBuf, is_separator},
};

use crate::{
    app::{Completed, Outcome, PathPrefix, Purpose},
    cli::{self, SessionArgs, collect_values},
    config::{
        ConfigFile, Pipes, Problem, Secret, Values, check_files, file_summaries, interpolate, read_within,
    },
    files::write_new,
    session::Timestamp,
};

use super::{
    recent,
    saving::{at_home, not_saved},
};

/// Names that are offered for a path at most.
const NAMES: usize = 100;

/// What an expression stands for in this environment.
pub(super) fn interpolated(path: String, expression: String) -> Outcome {
    let found = interpolate(&expression, Pipes::Text, &|name| std::env::var(name).ok());
    let unset = found.unset.into_iter().map(|unset| unset.name).collect();
    Outcome::Interpolated { path, expression, text: Secret::new(found.text), unset }
}

/// The profile of an old session. Its variables stand for themselves: those of this environment are others.
pub(super) fn stored(yaml: &str) -> Values {
    let itself = |name: &str| Some(format!("${{{name}}}"));
    let file = ConfigFile::read(Path::new("the capture"), yaml, &itself);
    file.inputs.into_iter().next().map(|input| input.values).unwrap_or_default()
}

/// What the files that these values name hold, and what is wrong with them.
pub(super) fn checked(values: &Values) -> Outcome {
    let now = jiff::Timestamp::now().as_second();
    let (problems, file_summaries) = (check_files(values, now, &read), file_summaries(values, now, &read));
    Outcome::FilesChecked { problems, file_summaries }
}

/// Reads a file. A pipe would wait for its writer, and what is read of it once is gone.
fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    read_within(limit, File::open(path)?)
}

/// What the names of files with certificates and keys end in.
const PEM: [&str; 6] = [".pem", ".crt", ".cer", ".cert", ".key", ".bundle"];

/// The files that begin as what is typed does; of those for certificates only the ones that are called
/// so, where there are any.
pub(super) fn completed(PathPrefix { typed, is_field, is_pem }: PathPrefix) -> Outcome {
    let path = if is_field { at_home(typed.clone().into()) } else { typed.clone().into() };
    let path = path.to_string_lossy();
    let (lead, start) = path.split_at(path.rfind(is_separator).map_or(0, |at| at + 1));
    let looked = if lead.is_empty() { PathBuf::from(".") } else { at_home(lead.into()) };
    let mut names: Vec<String> = fs::read_dir(looked)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_wanted = name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'));
            let end = if entry.path().is_dir() { String::from(MAIN_SEPARATOR) } else { String::new() };
            is_wanted.then(|| format!("{lead}{name}{end}"))
        })
        .collect();
    let is_folder = |name: &String| name.ends_with(is_separator);
    let is_called_so = |name: &String| PEM.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    if is_pem && names.iter().any(is_called_so) {
        names.retain(|name| is_folder(name) || is_called_so(name));
    }
    names.sort();
    names.truncate(NAMES);
    Outcome::Completed(Completed { typed, names })
}

/// Writes a profile to a new file that only its owner reads, whole or not at all.
pub(super) fn written(path: &Path, text: &Secret, url: &str) -> Outcome {
    let shown = path.display().to_string();
    let path = at_home(path.to_owned());
    match write_new(&path, |mut file| file.write_all(text.expose().as_bytes())) {
        Ok(_) => {
            recent::remember(&path, url, Timestamp(jiff::Timestamp::now().as_microsecond()));
            Outcome::Written { path: shown }
        }
        Err(error) => not_saved(Purpose::WriteProfile, shown, &error),
    }
}

/// Runs the commands for secrets once more; `None` if none gives another one.
pub(super) fn refreshed(values: &Values) -> Option<Outcome> {
    let (values, changed) = cli::refreshed(values)?;
    Some(Outcome::Refreshed { values: Box::new(values), changed })
}

/// Reads a config file for the start screen.
pub(super) fn profile(path: &Path) -> Outcome {
    let args = SessionArgs { file: Some(path.to_owned()), ..SessionArgs::default() };
    let gathered = collect_values(&args, &|name| std::env::var(name).ok());
    if let Some(file) = gathered.several() {
        return Outcome::ChooseInput(Box::new(file.clone()));
    }
    let name = path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    if !gathered.problems.iter().any(Problem::is_error) {
        let url = gathered.values.shown("url").unwrap_or_default();
        recent::remember(path, &url, Timestamp(jiff::Timestamp::now().as_microsecond()));
    }
    let file = gathered.opened.map(Box::new);
    Outcome::Profile { values: Box::new(gathered.values), name, problems: gathered.problems, file }
}

/// Reads YAML that was pasted.
pub(super) fn pasted(text: &Secret) -> Outcome {
    let file = ConfigFile::read(Path::new("pasted"), text.expose(), &|name| std::env::var(name).ok());
    let mut problems = file.problems.clone();
    match file.input(None) {
        Ok(input) => {
            problems.extend(input.problems.iter().cloned());
            opened(input.values.clone(), String::new(), problems)
        }
        Err(problem) => {
            problems.push(*problem);
            opened(Values::default(), String::new(), problems)
        }
    }
}

fn opened(values: Values, name: String, problems: Vec<Problem>) -> Outcome {
    Outcome::Profile { values: Box::new(values), name, problems, file: None }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{MAIN_SEPARATOR, MAIN_SEPARATOR_STR},
    };

    use super::{Outcome, PathPrefix, completed};

    fn names(typed: String, is_pem: bool) -> Vec<String> {
        match completed(PathPrefix { typed, is_field: false, is_pem }) {
            Outcome::Completed(found) => found.names,
            other => panic!("the names are expected: {other:?}"),
        }
    }

    #[test]
    fn a_path_goes_on_behind_its_last_separator() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for name in ["ca.pem", "cat.txt", ".case"] {
            fs::write(folder.path().join(name), "").expect("a file for the test");
        }
        fs::create_dir(folder.path().join("certs")).expect("a folder in it");
        let lead = format!("{}{MAIN_SEPARATOR}", folder.path().display());
        let all =
            ["ca.pem", "cat.txt", &format!("certs{MAIN_SEPARATOR}")].map(|name| format!("{lead}{name}"));
        assert_eq!(names(format!("{lead}c"), false), all);
        assert_eq!(names(format!("{lead}ca"), true), [all[0].clone()]);
        assert_eq!(names(lead.clone(), false), all, "hidden files only where a dot is typed");
        assert_eq!(names(format!("{lead}.c"), false), [format!("{lead}.case")]);
        assert_eq!(names(format!("{lead}no{MAIN_SEPARATOR_STR}x"), false), Vec::<String>::new());
    }
}
