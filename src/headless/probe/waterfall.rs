//! The stages as bars over time, each with its result.

use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use crate::{describe, payload::duration_in_words, session::Stage};

use super::{
    report::Report,
    sheet::{Page, clipped},
};

/// Cells of the waterfall.
const WIDTH: usize = 24;
/// Cells of a row of the waterfall before its text.
const RUNG: usize = 2 + 7 + 1 + 9 + 2 + WIDTH + 2;
impl Page {
    pub(super) fn waterfall(&mut self, report: &Report) {
        let Some((origin, whole)) = report.span() else { return };
        for stage in report.ladder.iter().filter(|report| report.stage != Stage::First) {
            let bar = bar(stage.began.since(origin), stage.took, whole);
            let sign = if stage.outcome.is_ok() { self.style.good("✓") } else { self.style.bad("✗") };
            self.stage_row(&sign, stage.stage, Some(stage.took), &bar, &describe::stage(stage));
        }
        match (&report.first, report.opened_at) {
            (Some(first), Some(opened)) => {
                let bar = bar(opened.since(origin), first.took, whole);
                let kind = first.kind.word();
                let begins = first.begins.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
                let message = format!("{kind}, {} B{begins}", first.size);
                self.stage_row(&self.style.good("✓"), Stage::First, Some(first.took), &bar, &message);
            }
            (None, Some(_)) if report.lost.is_none() => {
                self.stage_row(&self.style.odd("·"), Stage::First, None, "", "nothing came");
            }
            _ => (),
        }
    }

    pub(super) fn stage_row(
        &mut self,
        sign: &str,
        stage: Stage,
        time: Option<Duration>,
        bar: &str,
        message: &str,
    ) {
        let time = time.map_or_else(String::new, duration_in_words);
        let bar = format!("{bar:<WIDTH$}");
        let lead = format!("{sign} {stage:<7} {time:>9}  {}  ", self.style.dim(&bar));
        if clipped(message).width() <= self.columns - RUNG {
            return self.line(&format!("{lead}{}", clipped(message)));
        }
        self.line(&lead);
        self.rows("    ", 4, message);
    }
}

/// The bar of a stage, in eighths of a cell; never empty.
fn bar(began: Duration, time: Duration, whole: Duration) -> String {
    const PARTS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let eighths = |span: Duration| {
        let share = span.as_micros() * (WIDTH as u128 * 8) / whole.as_micros().max(1);
        usize::try_from(share).unwrap_or(WIDTH * 8).min(WIDTH * 8)
    };
    // A bar begins at a whole cell, since there are no blocks that lack their left part.
    let indent = (eighths(began) / 8).min(WIDTH - 1);
    let length = eighths(time).clamp(1, (WIDTH - indent) * 8);
    let mut bar = " ".repeat(indent);
    bar.extend(std::iter::repeat_n('█', length / 8));
    bar.extend((!length.is_multiple_of(8)).then(|| PARTS[length % 8 - 1]));
    bar
}
