//! Problems as annotations of GitHub Actions: commands that its runner reads from the log.

use crate::config::Origin;

use super::{
    check::Told,
    words::{relative, whole},
};

/// The line that annotates the place of a problem.
pub(super) fn annotation(told: &Told, sources: &[String]) -> String {
    let problem = &told.problem;
    let kind = if problem.is_error() { "error" } else { "warning" };
    let mut properties = Vec::new();
    if let Origin::File { path, line, column } = &problem.origin {
        properties.push(format!("file={}", property(&relative(path))));
        if *line > 0 {
            properties.push(format!("line={line},col={column}"));
        }
    }
    properties.push(format!("title={}", property(&format!("{} ({})", problem.code, sources.join(", ")))));
    format!("::{kind} {}::{}", properties.join(","), data(&whole(problem)))
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{super::check::Source, *};
    use crate::config::Problem;

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        let origin = Origin::File { path: "a,b:100%.yaml".into(), line: 3, column: 5 };
        let problem = Problem::error("wrong-kind", "url", origin, "50% of\r\nit").advise("write: a, b");
        let told = Told { problem, source: Source::Sockeye };
        assert_eq!(
            annotation(&told, &["Sockeye".to_owned()]),
            "::error file=a%2Cb%3A100%25.yaml,line=3,col=5,title=wrong-kind (Sockeye)\
             ::url: 50%25 of%0D%0Ait%0Ahelp: write: a, b"
        );
    }

    #[test]
    fn a_file_as_a_whole_has_no_line() {
        let origin = Origin::File { path: "a.yaml".into(), line: 0, column: 0 };
        let told =
            Told { problem: Problem::warning("no-config", "", origin, "none"), source: Source::Sockeye };
        let line = annotation(&told, &["Sockeye".to_owned()]);
        assert_eq!(line, "::warning file=a.yaml,title=no-config (Sockeye)::none");
    }
}
