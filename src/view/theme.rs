//! The colours. Each stands beside a sign or a word that says the same.

use ratatui::style::{Color, Modifier, Style};

use crate::app::{Hue, Look, Tone};
use crate::config;
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
    /// What fills the row that is selected.
    pub selected: Style,
    /// A text that is being edited in its place.
    pub edited: Style,
    /// What is searched for; it is laid over the style of the text, and its line stays where a row is filled.
    pub found: Style,
    /// The match that one has gone to.
    pub found_now: Style,
}

impl Theme {
    /// The theme for what the terminal takes.
    pub fn of(look: Look) -> Self {
        let of = |colours: [u32; 7], selected, found, [now_ink, now]: [u32; 2]| {
            let colours = Self::of_colours(colours.map(Color::from_u32));
            let found_now = colours.found.fg(Color::from_u32(now_ink)).bg(Color::from_u32(now));
            let found = colours.found.bg(Color::from_u32(found));
            Self { selected: Style::new().bg(Color::from_u32(selected)), found, found_now, ..colours }
        };
        match look {
            Look::Dark => {
                let colours =
                    [0xf0_8a_6c, 0x8e_96_9e, 0x5c_63_6a, 0x8f_bf_7f, 0xdf_b0_5a, 0xe5_6b_6f, 0x7a_ae_dc];
                of(colours, 0x33_38_40, 0x5e_4a_12, [0x1b_1e_22, 0xe8_b8_4a])
            }
            Look::Light => {
                let colours =
                    [0xc2_54_33, 0x68_6e_75, 0xae_b4_ba, 0x3f_7d_2c, 0x96_6a_00, 0xc0_2b_33, 0x22_67_a8];
                of(colours, 0xe4_e8_ec, 0xff_e6_9c, [0x1b_1e_22, 0xff_b0_2e])
            }
            Look::Sixteen => {
                let dim = Style::new().add_modifier(Modifier::DIM);
                let (accent, none) = (Color::LightMagenta, Color::Reset);
                let colours = [accent, none, none, Color::Green, Color::Yellow, Color::Red, Color::Cyan];
                let selected = Style::new().bg(Color::DarkGray).add_modifier(Modifier::BOLD);
                let colours = Self::of_colours(colours);
                let found_now = colours.found.fg(Color::Black).bg(Color::Yellow);
                Self {
                    dim,
                    rule: dim,
                    selected,
                    found: colours.found.fg(Color::Yellow),
                    found_now,
                    ..colours
                }
            }
            Look::Plain => {
                let (none, strong) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
                let dim = Style::new().add_modifier(Modifier::DIM);
                let colours = Self::of_colours([Color::Reset; 7]);
                Self {
                    accent: strong,
                    dim,
                    rule: dim,
                    ok: none,
                    wait: none,
                    bad: strong,
                    note: none,
                    ..colours
                }
            }
        }
    }

    fn of_colours([accent, dim, rule, ok, wait, bad, note]: [Color; 7]) -> Self {
        let coloured = |colour| Style::new().fg(colour);
        Self {
            accent: coloured(accent).add_modifier(Modifier::BOLD),
            plain: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            dim: coloured(dim),
            rule: coloured(rule),
            ok: coloured(ok),
            wait: coloured(wait),
            bad: coloured(bad),
            note: coloured(note),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            edited: Style::new().add_modifier(Modifier::UNDERLINED),
            found: Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            found_now: Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED),
        }
    }

    pub const fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Done => self.ok,
            Tone::Note => self.note,
            Tone::Bad => self.bad,
        }
    }

    /// A colour that a person has chosen; bold where there are none.
    pub fn hue(&self, hue: Hue) -> Style {
        let style = match hue {
            Hue::Red => self.bad,
            Hue::Yellow => self.wait,
            Hue::Green => self.ok,
            Hue::Blue => self.note,
            Hue::Grey => self.dim,
        };
        if style == Style::new() { self.strong } else { style }
    }

    pub const fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Note => self.note,
            Severity::Warning => self.wait,
            Severity::Error => self.bad,
        }
    }

    /// The sign and the colour of what is wrong with a value.
    pub const fn problem(&self, severity: config::Severity) -> (&'static str, Style) {
        match severity {
            config::Severity::Error => ("✕", self.bad),
            config::Severity::Warning => ("!", self.wait),
        }
    }
}
