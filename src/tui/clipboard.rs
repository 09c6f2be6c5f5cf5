//! Where a copied payload goes: the clipboard of the desktop, or that of the terminal (OSC 52).

use super::terminal::Screen;

/// The most bytes that go to a terminal's clipboard; many terminals take no more.
const MOST: usize = 74_994;

/// The clipboards there are. The desktop's is kept: on X11 a copied text dies with it.
#[derive(Default)]
pub(super) struct Clipboard {
    desktop: Option<arboard::Clipboard>,
}

/// Why a text is in no clipboard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotCopied {
    /// No clipboard takes so much.
    TooLarge,
    Failed(String),
}

impl Clipboard {
    /// Copies `text` to the desktop's clipboard if there is one at this machine, else to the
    /// terminal's; says to which, in words.
    ///
    /// # Errors
    ///
    /// Neither takes it; why the last one does not.
    pub(super) fn copy(
        &mut self,
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<&'static str, NotCopied> {
        if has_desktop(variable) && self.hand_to_desktop(text).is_ok() {
            return Ok("to the clipboard");
        }
        if text.len() > MOST {
            return Err(NotCopied::TooLarge);
        }
        // Whether the terminal took it cannot be known.
        Screen::copy(text)
            .map(|()| way_of_terminal(variable))
            .map_err(|error| NotCopied::Failed(error.to_string()))
    }

    fn hand_to_desktop(&mut self, text: &str) -> Result<(), arboard::Error> {
        let desktop = match self.desktop.take() {
            Some(desktop) => desktop,
            None => arboard::Clipboard::new()?,
        };
        self.desktop.insert(desktop).set_text(text)
    }
}

/// How a text gets to the clipboard of the terminal, and what that needs. tmux lets programs in it set the clipboard
/// only with `set-clipboard on`; its own default, `external`, does not.
fn way_of_terminal(variable: &dyn Fn(&str) -> Option<String>) -> &'static str {
    if variable("TMUX").is_some_and(|value| !value.is_empty()) {
        "by OSC 52; tmux passes it on after: tmux set -g set-clipboard on"
    } else {
        "by OSC 52, if the terminal takes it"
    }
}

/// Whether the person sits at the desktop of this machine: over SSH its clipboard is not theirs,
/// and asking for a display that is not there takes long.
fn has_desktop(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let remote = ["SSH_TTY", "SSH_CONNECTION"].into_iter().any(is_set);
    let displays = ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(is_set);
    !remote && (displays || cfg!(any(target_os = "macos", windows)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{has_desktop, way_of_terminal};

    #[test]
    fn in_tmux_it_is_said_what_tmux_needs() {
        let with =
            |value: &'static str| way_of_terminal(&move |name| (name == "TMUX").then(|| value.to_owned()));
        assert!(with("/tmp/tmux-0/default,1,0").contains("set-clipboard on"));
        assert!(!with("").contains("tmux"));
    }

    #[test]
    fn the_desktop_counts_only_where_the_person_sits() {
        let with = |set: &'static [&str]| {
            has_desktop(&move |name| set.contains(&name).then(|| "something".to_owned()))
        };
        assert!(with(&["DISPLAY"]));
        assert!(with(&["WAYLAND_DISPLAY"]));
        assert!(!with(&[]));
        assert!(!with(&["DISPLAY", "SSH_TTY"]));
        assert!(!with(&["WAYLAND_DISPLAY", "SSH_CONNECTION"]));
    }
}
