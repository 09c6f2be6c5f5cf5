//! Events of the terminal, as inputs of the app.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use ratatui::layout::{Position, Size};

use crate::app::{Code, Input, Key};

/// Lines that one notch of the wheel moves.
const NOTCH: i64 = 3;

/// The same event for the app; `None` for what means nothing to it.
pub(super) fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resized(Size { width, height })),
        Event::Mouse(mouse) => {
            let at = Position { x: mouse.column, y: mouse.row };
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(at)),
                MouseEventKind::ScrollDown => Some(Input::Wheel { at, lines: NOTCH }),
                MouseEventKind::ScrollUp => Some(Input::Wheel { at, lines: -NOTCH }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether this asks to leave while the connection closes.
pub(super) fn leaves(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    let key = (key.kind != KeyEventKind::Release).then(|| self::key(*key)).flatten();
    key == Some(Key::ctrl('c')) || key == Some(Key::char('q'))
}

fn key(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(char) => Code::Char(char),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let held = |modifier| event.modifiers.contains(modifier);
    Some(Key { code, ctrl: held(KeyModifiers::CONTROL), alt: held(KeyModifiers::ALT) })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

    use super::translate;
    use crate::app::{Input, Key};

    #[test]
    fn a_key_keeps_its_character_and_ctrl() {
        let pressed = |code, modifiers| match translate(Event::Key(KeyEvent::new(code, modifiers))) {
            Some(Input::Key(key)) => Some(key),
            _ => None,
        };
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Key::char('G')));
        assert_eq!(pressed(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Key::ctrl('c')));
        assert_eq!(pressed(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }
}
