//! `sockeye lint --fix`: makes the mends that are safe, one after the other, and shows them as a diff.

use std::{collections::HashSet, io};

use crate::{
    cli::LintArgs,
    config::{DiffLine, Origin, Problem, masked_diff},
    files::rewrite,
    payload::printable,
};

use super::{
    check::{Checked, Read, check},
    report::Report,
};

/// Most mends of one file in one run.
const MAX_MENDS: usize = 100;
/// The largest file that is mended, in bytes: each mend is checked by reading the whole again.
const LARGEST: usize = 1 << 20;

/// Mends a file, prints the diff, and writes it unless only the diff is wanted. Returns what is to be checked: what
/// the file holds then.
///
/// # Errors
///
/// Those of printing.
pub(super) fn fix(
    read: Read,
    args: &LintArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    report: &mut Report<'_>,
) -> io::Result<Read> {
    let Ok(old) = &read.text else { return Ok(read) };
    let name = read.path.display().to_string();
    if old.len() > LARGEST {
        writeln!(report.out, "{}: left alone: it is larger than 1 MiB", printable(&name))?;
        return Ok(read);
    }
    let fixed = fixed(&read, old, args, environment);
    if fixed.count == 0 {
        return Ok(read);
    }
    writeln!(report.out, "--- {0}\n+++ {0}", printable(&name))?;
    for DiffLine { kind, text } in masked_diff(old, &fixed.text, &read.path, args.dialect, environment) {
        writeln!(report.out, "{}{}", kind.sign(), printable(&text))?;
    }
    let problems =
        if fixed.count == 1 { "1 problem".to_owned() } else { format!("{} problems", fixed.count) };
    if args.mending.diff {
        writeln!(
            report.out,
            "{}: --fix would mend {problems} and leave {} alone",
            printable(&name),
            fixed.left
        )?;
        return Ok(read);
    }
    let written = if read.is_stdin {
        Err("stdin cannot be written to; use --fix --diff".to_owned())
    } else if !read.path.is_file() {
        Err("it is no file, but a pipe or a device; use --fix --diff".to_owned())
    } else {
        rewrite(&read.path, old.as_bytes(), fixed.text.as_bytes()).map_err(|error| match error.kind() {
            io::ErrorKind::StaleNetworkFileHandle => "it was changed meanwhile".to_owned(),
            _ => error.to_string(),
        })
    };
    if let Err(reason) = written {
        let origin = Origin::File { path: read.path.clone(), line: 0, column: 0 };
        let message = format!("not written: {reason}");
        report.add(&Checked::wrong(Problem::error("file-unwritten", "", origin, message)))?;
        return Ok(read);
    }
    writeln!(report.out, "{}: mended {problems}, left {} alone", printable(&name), fixed.left)?;
    Ok(Read { text: Ok(fixed.text), ..read })
}

/// A text with its mends.
struct Fixed {
    text: String,
    /// How many problems were mended.
    count: usize,
    /// How many are left.
    left: usize,
}

fn fixed(read: &Read, old: &str, args: &LintArgs, environment: &dyn Fn(&str) -> Option<String>) -> Fixed {
    let of = |text: &str| {
        let read = Read { path: read.path.clone(), text: Ok(text.to_owned()), is_stdin: read.is_stdin };
        check(&read, args.dialect, environment)
    };
    let mut text = old.to_owned();
    let mut checked = of(&text);
    let mut count = 0;
    // Mends that do not help are not tried again at their place.
    let mut left = HashSet::new();
    while count < MAX_MENDS && !is_of_another_program(&checked) {
        let next = checked.told.iter().find_map(|told| {
            let Origin::File { line, column, .. } = told.problem.origin else { return None };
            let mend = told.problem.mend.as_ref().filter(|_| !left.contains(&(line, column)))?;
            Some((line, column, mend.apply(&text, offset(&text, line, column)?)))
        });
        let Some((line, column, mended)) = next else { break };
        let after = mended.map(|mended| (of(&mended), mended));
        match after.filter(|(after, _)| helps(&checked, after)) {
            Some((after, mended)) => {
                (text, checked) = (mended, after);
                count += 1;
            }
            None => drop(left.insert((line, column))),
        }
    }
    Fixed { left: checked.told.len(), text, count }
}

/// A recording is read as it is, and nobody's to change.
fn is_of_another_program(checked: &Checked) -> bool {
    checked.told.iter().any(|told| told.problem.code == "enclosed-connection")
}

/// Whether the mended text still reads as the same inputs, and its values fit their fields as before. An input that is
/// found only by the mend brings its own problems.
fn helps(before: &Checked, after: &Checked) -> bool {
    const MISFITS: [&str; 5] =
        ["wrong-kind", "wrong-type", "duplicate-key", "duplicate-group", "yaml-syntax"];
    let misfits =
        |checked: &Checked| checked.told.iter().filter(|told| MISFITS.contains(&told.problem.code)).count();
    let mendable = |checked: &Checked| checked.told.iter().filter(|told| told.problem.mend.is_some()).count();
    let keeps_inputs = before.inputs.iter().all(|input| after.inputs.contains(input));
    let finds_inputs = after.inputs.len() > before.inputs.len();
    // A new name may bring out a value that can be mended in turn.
    let is_no_worse = misfits(after) <= misfits(before) && mendable(after) <= mendable(before);
    keeps_inputs && (finds_inputs || is_no_worse)
}

/// The offset of a place, whose line and column count from 1, the column in characters.
fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (mut row, mut at) = (1, mark);
    let bytes = text.as_bytes();
    while row < line {
        let end = at + text[at..].find(['\n', '\r'])?;
        at = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        row += 1;
    }
    let ahead = usize::try_from(column.checked_sub(1)?).ok()?;
    let (ahead, _) = text[at..].char_indices().nth(ahead)?;
    Some(at + ahead)
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn places_are_found_behind_every_line_break() {
        let text = "\u{feff}a: 1\r\nü: 2\rb: x\n";
        assert_eq!(offset(text, 1, 1), Some(3));
        assert_eq!(text.get(offset(text, 2, 4).expect("it is there")..), Some("2\rb: x\n"));
        assert_eq!(text.get(offset(text, 3, 4).expect("it is there")..), Some("x\n"));
        assert_eq!((offset(text, 9, 1), offset(text, 1, 0)), (None, None));
    }
}
