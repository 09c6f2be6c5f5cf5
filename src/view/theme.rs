//! The colours. Each stands beside a sign or a word that says the same.

use ratatui::style::{Color, Modifier, Style};

use crate::app::{Look, Tone};
use crate::session::Severity;

/// The styles of everything that is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// The selection, the focused pane's title, the key that matters.
    pub accent: Style,
    pub plain: Style,
    pub strong: Style,
    /// What is secondary.
    pub dim: Style,
    /// Lines between panes.
    pub rule: Style,
    pub ok: Style,
    pub wait: Style,
    pub bad: Style,
    pub note: Style,
    /// A text that is being edited in its place.
    pub edited: Style,
}

impl Theme {
    /// The theme for what the terminal takes.
    pub fn of(look: Look) -> Self {
        match look {
            Look::Dark => Self::of_colours(
                Color::Rgb(0xf0, 0x8a, 0x6c),
                Color::Rgb(0x8e, 0x96, 0x9e),
                Color::Rgb(0x5c, 0x63, 0x6a),
                [
                    Color::Rgb(0x8f, 0xbf, 0x7f),
                    Color::Rgb(0xdf, 0xb0, 0x5a),
                    Color::Rgb(0xe5, 0x6b, 0x6f),
                    Color::Rgb(0x7a, 0xae, 0xdc),
                ],
            ),
            Look::Light => Self::of_colours(
                Color::Rgb(0xc2, 0x54, 0x33),
                Color::Rgb(0x68, 0x6e, 0x75),
                Color::Rgb(0xae, 0xb4, 0xba),
                [
                    Color::Rgb(0x3f, 0x7d, 0x2c),
                    Color::Rgb(0x96, 0x6a, 0x00),
                    Color::Rgb(0xc0, 0x2b, 0x33),
                    Color::Rgb(0x22, 0x67, 0xa8),
                ],
            ),
            Look::Sixteen => {
                let four = [Color::Green, Color::Yellow, Color::Red, Color::Cyan];
                let dim = Style::new().add_modifier(Modifier::DIM);
                Self {
                    dim,
                    rule: dim,
                    ..Self::of_colours(Color::LightMagenta, Color::Reset, Color::Reset, four)
                }
            }
            Look::Plain => Self::plain(),
        }
    }

    fn of_colours(accent: Color, dim: Color, rule: Color, [ok, wait, bad, note]: [Color; 4]) -> Self {
        Self {
            accent: Style::new().fg(accent).add_modifier(Modifier::BOLD),
            plain: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            dim: Style::new().fg(dim),
            rule: Style::new().fg(rule),
            ok: Style::new().fg(ok),
            wait: Style::new().fg(wait),
            bad: Style::new().fg(bad),
            note: Style::new().fg(note),
            edited: Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    fn plain() -> Self {
        let (none, strong) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
        let dim = Style::new().add_modifier(Modifier::DIM);
        Self {
            accent: strong,
            plain: none,
            strong,
            dim,
            rule: dim,
            ok: none,
            wait: none,
            bad: strong,
            note: none,
            edited: Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    pub const fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Done => self.ok,
            Tone::Note => self.note,
            Tone::Bad => self.bad,
        }
    }

    pub const fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Note => self.note,
            Severity::Warning => self.wait,
            Severity::Error => self.bad,
        }
    }
}
