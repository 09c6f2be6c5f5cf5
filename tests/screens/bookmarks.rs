//! Bookmarks on the feed: set, seen, gone to, removed, and told to the capture.

use sockeye::{
    app::{App, Effect, Input, Outcome, press, update},
    session::{Kind, Seq},
};

use super::{screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

/// What a key script asks to be written into the capture.
fn written(app: &mut App, script: &str) -> Vec<(u64, Option<String>)> {
    let bookmark = |effect| match effect {
        Effect::Bookmark { seq, note } => Some((seq.0, note)),
        _ => None,
    };
    press(app, script).into_iter().filter_map(bookmark).collect()
}

fn selected(app: &App) -> Option<u64> {
    app.timeline.selected_message_id().map(|id| id.0)
}

#[test]
fn a_bookmark_with_a_note_is_set_and_removed_by_the_same_key() {
    let mut app = receiving(20);
    press(&mut app, "kk");
    let seq = app.timeline.seq_of(app.timeline.selected_id()).expect("a place").0;
    assert_eq!(written(&mut app, "b first bad price<enter>"), [(seq, Some("first bad price".to_owned()))]);
    snapshots_of("bookmarked", &mut app, &SIZES);
    assert_eq!(written(&mut app, "b"), [(seq, None)]);
    assert!(!screen(&mut app, (120, 36)).contains('★'));
    assert_eq!(written(&mut app, "bnever mind<esc>"), []);
    assert_eq!(written(&mut app, "b<enter>"), [(seq, Some(String::new()))]);
}

#[test]
fn jumps_go_from_bookmark_to_bookmark_and_the_list_goes_to_one() {
    let mut app = receiving(60);
    press(&mut app, "kkkbone<enter>");
    press(&mut app, "kkkkkkkkkkbtwo<enter>");
    press(&mut app, "kkb<enter>G");
    let mut at = |keys: &str| {
        press(&mut app, keys);
        selected(&app)
    };
    assert_eq!([at("\""), at("\""), at("\"")], [Some(57), Some(47), Some(45)]);
    assert_eq!([at("'"), at("'")], [Some(47), Some(57)]);
    at("'");
    let said = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(said, Some("no bookmark below; b sets one"));
    press(&mut app, "gB");
    snapshots_of("bookmarks", &mut app, &SIZES);
    press(&mut app, "j<enter>");
    assert_eq!(selected(&app), Some(47));
    press(&mut app, "Bxxx");
    assert!(app.overlay.is_none());
    assert_eq!(app.bookmarks.iter().len(), 0);
}

#[test]
fn a_filter_that_hides_a_bookmark_is_dropped() {
    let mut app = receiving(20);
    tell(&mut app, [event(900, 1, batch(21, &[(Kind::Text, b"needle")]))]);
    press(&mut app, "kb<enter>/needle<enter>\"");
    assert_eq!(selected(&app), Some(20));
    assert!(app.timeline.filter_view().is_none() && app.filter.input.is_empty());
}

#[test]
fn a_long_note_is_wrapped_and_marked_where_it_is_cut() {
    let mut app = receiving(20);
    press(&mut app, "k<enter>b");
    update(&mut app, Input::Paste("word ".repeat(300)));
    press(&mut app, "<enter>");
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("★ word word") && drawn.contains("word…"), "{drawn}");
    press(&mut app, "bb");
    update(&mut app, Input::Paste("x".repeat(3_000)));
    press(&mut app, "<enter>");
    assert!(screen(&mut app, (120, 36)).contains("a note has at most 2000 bytes"));
}

#[test]
fn the_bookmarks_of_a_capture_are_shown_and_one_that_is_not_kept_is_said_to_be() {
    let mut app = receiving(20);
    let place = app.timeline.seq_of(app.timeline.selected_id()).expect("a place");
    update(
        &mut app,
        Input::Outcome(Outcome::Bookmarks(vec![
            (place, "seen before".to_owned()),
            (Seq(9_999), String::new()),
        ])),
    );
    assert!(screen(&mut app, (120, 36)).contains("★ seen before"));
    update(&mut app, Input::Outcome(Outcome::BookmarkNotKept("the file is read-only".to_owned())));
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("bookmarks last only for this session: the file is read-only"), "{drawn}");
}
