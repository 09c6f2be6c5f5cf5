//! Everything on the screen in ASCII, for terminals and eyes that want it: one pass over what was drawn.

use ratatui::{buffer::Buffer, layout::Rect};

/// What stands in for the signs of the screen, one cell for one cell.
const SIGNS: &[(char, &str)] = &[
    ('-', "─–"),
    ('=', "━╸‖"),
    ('|', "│"),
    ('+', "┬┴├┤┼┐└┘✓▅▆"),
    ('>', "▌→›"),
    ('o', "●"),
    ('c', "◐"),
    ('.', "◌·▁▂"),
    ('@', "◉↻"),
    ('#', "▤▇█■"),
    ('*', "◆•"),
    ('!', "★"),
    ('%', "◈"),
    ('x', "✕×"),
    ('X', "⊘"),
    ('v', "↓"),
    ('^', "↑␛"),
    ('<', "←"),
    ('$', "⏎"),
    ('~', "…"),
    ('d', "Δ"),
    ('u', "µ"),
    ('"', "“”"),
    (':', "▃▄"),
];

/// Puts a stand-in for every sign, and `?` for everything else that is not ASCII.
pub(super) fn plain(buffer: &mut Buffer, area: Rect) {
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let Some(cell) = buffer.cell_mut((x, y)) else { continue };
            let symbol = cell.symbol();
            if symbol.is_ascii() {
                continue;
            }
            let sign = symbol.chars().next().and_then(|first| {
                SIGNS.iter().find(|(_, signs)| signs.contains(first)).map(|(stand_in, _)| *stand_in)
            });
            cell.set_char(sign.unwrap_or('?'));
        }
    }
}
