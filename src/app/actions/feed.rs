//! What can be done on the feed.

use super::{
    answers::{Asked, can_be_acked, can_be_nacked, nack_can_be_undone},
    availability::{the_connection_is_open, the_session_runs, there_are_rows, there_is_a_session, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::{
    app::{
        model::App,
        screens::{Scope, Screen},
        state::{Capture, Focus, Key, Landmark, Line, Purpose, Step, With},
    },
    payload::size,
    session::Command,
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Feed,
    [
        row(ActionId::Follow, &[Key::char('f')], "follow")
            .doc("Follow the newest row")
            .when(the_view_holds)
            .rank(20)
            .change(|app| app.timeline.follow()),
        row(ActionId::Hold, &[Key::char('p')], "hold")
            .doc("Hold the view; new rows are counted")
            .when(the_view_follows)
            .rank(20)
            .change(|app| app.timeline.hold(app.page())),
        row(ActionId::OpenDetail, &[Key::ENTER], "open")
            .doc(
                "Open the detail of the selected row and hold the view; while a connection \
                 fails and the view follows, apply the first fix",
            )
            .instead(enter_fixes, "fix", "Apply the first fix: set its fields and reconnect")
            .when(a_row_can_be_opened)
            .rank(10)
            .run(|app| {
                if enter_fixes(app) {
                    return app.fix_problem();
                }
                app.open_detail();
                Vec::new()
            }),
        row(ActionId::NextFinding, &[Key::char('w')], "next finding")
            .doc("Look at the next of the findings above the footer, and at its fix")
            .when(several_things_are_found)
            .rank_by(|app| (app.shows_ladder() || app.shows_alert_bar()).then_some(12))
            .change(|app| app.current.look_at_next()),
        row(ActionId::EditFound, &[Key::char('e')], "edit field")
            .doc("Go to the field that the finding points at; on a message, edit it and send it once more")
            .instead(a_message_is_meant, "edit and send", "Write the selected message on the send line, to change it and send it once more")
            .when(something_can_be_edited)
            .rank_by(|app| (app.shows_ladder() || app.shows_alert_bar()).then_some(11))
            .run(|app| {
                if a_message_is_meant(app) {
                    app.edit_captured();
                    return Vec::new();
                }
                let field = app.current.suspect().map(str::to_owned);
                field.map_or_else(Vec::new, |path| app.edit_field(&path))
            }),
        row(ActionId::CloseDetail, &[Key::ESC], "back")
            .doc("Clear the highlight, then the filter; without them, close the detail")
            .when(there_is_something_to_leave)
            .rank_by(|app| {
                Some(if app.has_search() || app.detail.wish.is_some() { 12 } else { 40 })
            })
            .run(|app| {
                if app.highlight.filter().is_some() {
                    return app.drop_highlight();
                }
                if app.has_search() || !app.has_detail() {
                    return app.drop_filter();
                }
                app.close_detail();
                Vec::new()
            }),
        row(ActionId::SwitchPane, &[Key::TAB, Key::BACK_TAB], "pane")
            .doc("Switch between feed and detail")
            .when(the_detail_is_open)
            .change(|app| app.focus = if app.focus == Focus::Detail { Focus::Feed } else { Focus::Detail }),
        row(ActionId::NextView, &[Key::char('v')], "view")
            .doc("Show the payload pretty, as a tree, raw or as hex")
            .when(a_payload_is_shown)
            .rank(11)
            .change(|app| app.detail.mode = app.detail.mode.next()),
        row(ActionId::ChooseDecoder, &[Key::char('V')], "read as")
            .doc("Choose what the payload is read as, whatever it was taken for, from a list that says what fits")
            .when(a_payload_is_shown)
            .change(App::open_decoders),
        row(ActionId::WidenDetail, &[Key::char('z')], "full width")
            .doc("Give the detail the whole width, or back")
            .when(there_are_rows)
            .rank(34)
            .change(App::widen_detail),
        row(ActionId::CompareWithPrevious, &[Key::char('d')], "compare")
            .doc("Compare with the message before that has the same shape, or show the payload again")
            .when(a_payload_is_selected)
            .rank(35)
            .change(|app| app.compare_with(With::Previous)),
        row(ActionId::CompareWithMarked, &[Key::char('D')], "compare with the marked")
            .doc("Compare with the marked message, or show the payload again")
            .when(something_is_marked)
            .change(|app| app.compare_with(With::Marked)),
        row(ActionId::ScrollDetailDown, &[Key::char('J')], "detail down")
            .doc("Scroll the detail down")
            .when(the_detail_is_open)
            .change(|app| app.scroll_detail(Step::By(1))),
        row(ActionId::ScrollDetailUp, &[Key::char('K')], "detail up")
            .doc("Scroll the detail up")
            .when(the_detail_is_open)
            .change(|app| app.scroll_detail(Step::By(-1))),
        row(ActionId::Nack, &[Key::char('x')], "nack")
            .doc(
                "Nack the selected message, also after its ack: it is redelivered, or dropped if \
                 auto_replay_nacks is off",
            )
            .when(|app| can_be_nacked(app, selected(app)))
            .rank(30)
            .run(|app| app.answer_selected(Command::Nack)),
        row(ActionId::Ack, &[Key::char('a')], "ack")
            .doc("Ack the selected message; ack mode auto does this by itself")
            .when(|app| can_be_acked(app, selected(app)))
            .rank_by(|app| (!app.deliveries.is_auto()).then_some(8))
            .run(|app| app.answer_selected(Command::Ack)),
        row(ActionId::UndoNack, &[Key::char('u')], "undo nack")
            .doc("Undo the nack of the selected message, until it is redelivered")
            .when(|app| nack_can_be_undone(app, selected(app)))
            .rank(9)
            .run(|app| app.answer_selected(Command::Undo)),
        row(ActionId::AckMarked, &[Key::char('A')], "ack marked")
            .doc("Ack the marked messages")
            .when(marked_can_be_answered)
            .run(|app| app.answer_marked(Command::Ack)),
        row(ActionId::NackMarked, &[Key::char('X')], "nack marked")
            .doc("Nack the marked messages")
            .when(marked_can_be_answered)
            .run(|app| app.answer_marked(Command::Nack)),
        row(ActionId::NextDelivery, &[Key::char(']')], "next delivery")
            .doc("Go to the next delivery of the selected message")
            .when(a_received_message_is_selected)
            .change(|app| app.go_to_delivery(true, "later")),
        row(ActionId::PreviousDelivery, &[Key::char('[')], "previous delivery")
            .doc("Go to the previous delivery of the selected message")
            .when(a_received_message_is_selected)
            .change(|app| app.go_to_delivery(false, "earlier")),
        row(ActionId::Filter, &[Key::char('/')], "filter")
            .doc(
                "Show only messages that match: words, \"a phrase\", /regex/, size:>1k, .price > 5, !not, or; \
                 connections and closes stay",
            )
            .when(|app| unless(app.shows_ladder(), "nothing has been received yet"))
            .rank_by(|app| app.timeline.filter_view().is_none().then_some(25))
            .change(|app| app.begin_search(Focus::Filter)),
        row(ActionId::Highlight, &[Key::char('\\')], "highlight")
            .doc("Colour what matches and hide nothing, in the language of the filter; n and N go from match to match")
            .when(|app| unless(app.shows_ladder(), "nothing has been received yet"))
            .change(|app| app.begin_search(Focus::Highlight)),
        row(ActionId::NextMatch, &[Key::char('n')], "next")
            .doc(
                "Go to the next match of the highlight or the filter; without them, to the next loss, \
                 failure or finding",
            )
            .when(there_are_rows)
            .change(|app| app.go_to_match(1)),
        row(ActionId::PreviousMatch, &[Key::char('N')], "previous")
            .doc(
                "Go to the previous match of the highlight or the filter; without them, to the previous \
                 loss, failure or finding",
            )
            .when(there_are_rows)
            .change(|app| app.go_to_match(-1)),
        row(ActionId::ToggleMark, &[Key::char(' ')], "mark")
            .doc("Mark the selected message, or remove its mark; s saves the marked messages")
            .when(a_message_can_be_marked)
            .change(App::toggle_mark),
        row(ActionId::UnmarkAll, &[Key::char('U')], "unmark all")
            .doc("Remove all marks")
            .when(something_is_marked)
            .change(|app| app.timeline.unmark()),
        row(ActionId::ToggleBookmark, &[Key::char('b')], "bookmark")
            .doc("Bookmark the selected row with a note, which the capture keeps; on a bookmark, remove it")
            .instead(|app| app.selected_note().is_some(), "remove bookmark", "Remove the bookmark of the selected row")
            .when(a_row_can_be_bookmarked)
            .run(App::toggle_bookmark),
        row(ActionId::NextBookmark, &[Key::char('\'')], "next bookmark")
            .doc("Go to the next bookmark")
            .when(there_are_bookmarks)
            .run(|app| app.go_to_next_bookmark(1)),
        row(ActionId::PreviousBookmark, &[Key::char('"')], "previous bookmark")
            .doc("Go to the previous bookmark")
            .when(there_are_bookmarks)
            .run(|app| app.go_to_next_bookmark(-1)),
        row(ActionId::ShowBookmarks, &[Key::char('B')], "bookmarks")
            .doc("List the bookmarks: go to one, or remove it")
            .when(there_are_bookmarks)
            .change(App::show_bookmarks),
        row(ActionId::GoToPaired, &[Key::char(';')], "paired")
            .doc("Go from an answer to its request, or from a request to its answer: messages with the same id (:pair .path says where it stands)")
            .when(the_selected_row_is_paired)
            .run(App::go_to_paired),
        row(ActionId::ShowUnanswered, &[Key::char('Q')], "unanswered")
            .doc("List the requests that have an id and no answer with the same: JSON-RPC, GraphQL, Phoenix, WAMP, OCPP, or :pair .path")
            .when(a_request_has_no_answer)
            .change(App::show_unanswered),
        row(ActionId::NextTimeStyle, &[Key::char('t')], "time style")
            .doc("Show times on the clock, since the session began, from the selected row, since the connection opened, or as an age")
            .when(there_are_rows)
            .change(App::next_time_style),
        row(ActionId::NextError, &[Key::char('E')], "next error")
            .doc("Go to the next loss, failure or finding that is an error")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Error, true)),
        row(ActionId::PreviousError, &[Key::alt('e')], "previous error")
            .doc("Go to the previous loss, failure or finding that is an error")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Error, false)),
        row(ActionId::NextConnection, &[Key::char('C')], "next connection")
            .doc("Go to the next connection that opened")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Opened, true)),
        row(ActionId::PreviousConnection, &[Key::alt('c')], "previous connection")
            .doc("Go to the previous connection that opened")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Opened, false)),
        row(ActionId::NextGap, &[Key::char('P')], "next gap")
            .doc("Go to the next row that came more than a second after the one before")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Gap, true)),
        row(ActionId::PreviousGap, &[Key::alt('p')], "previous gap")
            .doc("Go to the previous row that came more than a second after the one before")
            .when(there_are_rows)
            .change(|app| app.go_to_landmark(Landmark::Gap, false)),
        row(ActionId::OnlyReceived, &[Key::char('<')], "only received")
            .doc("Show only received messages, or all again: dir:in before the filter")
            .when(there_are_rows)
            .run(|app| app.toggle_way("in")),
        row(ActionId::OnlySent, &[Key::char('>')], "only sent")
            .doc("Show only sent messages, or all again: dir:out before the filter")
            .when(there_are_rows)
            .run(|app| app.toggle_way("out")),
        row(ActionId::ShowColours, &[Key::char('c')], "colours")
            .doc("Colour the rows that a filter matches; list and remove the colour rules")
            .when(there_are_rows)
            .change(App::show_colours),
        row(ActionId::ShowColumns, &[Key::char('|')], "columns")
            .doc("Choose and order the columns; a path of JSON such as .price becomes one")
            .when(there_are_rows)
            .change(App::show_columns),
        row(ActionId::NewestFirst, &[Key::char('T')], "newest first")
            .doc("Show the newest row at the top, or at the bottom again")
            .when(there_are_rows)
            .change(App::turn_rows),
        row(ActionId::WrapPreviews, &[Key::char('W')], "wrap")
            .doc("Let long previews go on in up to four lines, or cut them at one")
            .when(there_are_rows)
            .change(App::toggle_wrap),
        row(ActionId::FoldRepeats, &[Key::char('*')], "fold repeats")
            .doc("Show equal messages in a row as one with how many they are, as far as they are read; or each again")
            .when(there_are_rows)
            .change(App::toggle_repeats),
        row(ActionId::ToggleRun, &[Key::char('.')], "unfold")
            .doc("Show each of the equal messages that the selected row stands for, or fold them again")
            .when(repeats_are_folded)
            .change(App::toggle_run),
        row(ActionId::ShowFilters, &[Key::char('F')], "filters")
            .doc("Name the filter, so that it stays; list the filters with names and turn them on and off")
            .when(|app| unless(app.shows_ladder(), "nothing has been received yet"))
            .change(App::show_filters),
        row(ActionId::Save, &[Key::char('s')], "save")
            .doc("Save the selected payload to a new file, or the marked messages in the format of its ending")
            .when(something_can_be_saved)
            .rank(33)
            .change(App::ask_to_save),
        row(ActionId::Export, &[Key::char('S')], "export")
            .doc(
                "Export the marked messages, or all that are shown, to a new file in the format of its ending; \
                 without a filter, the whole session",
            )
            .when(there_are_rows)
            .change(App::ask_to_export),
        row(ActionId::Copy, &[Key::char('y')], "copy")
            .doc("Copy the selected payload: to the clipboard of the desktop, or of the terminal (OSC 52)")
            .when(a_payload_is_selected)
            .rank(31)
            .run(App::copy_payload),
        row(ActionId::Send, &[Key::char('i')], "send")
            .doc("Write a message: text, JSON, hex, base64 or a file")
            .when(the_connection_is_open)
            .rank(32)
            .change(|app| app.focus = Focus::Send),
        row(ActionId::ShowSavedMessages, &[Key::char('I')], "messages")
            .doc("List the messages with names: write one on the send line, send it, or remove it")
            .when(messages_have_names)
            .change(App::show_saved_messages),
        row(ActionId::Ping, &[Key::char('!')], "ping")
            .doc("Send a ping and tell how long its pong takes; :ping every 20s sends them by itself")
            .when(the_connection_is_open)
            .run(App::ping),
        row(ActionId::CloseConnection, &[Key::char('Z')], "close connection")
            .doc("Close the connection with a code and a reason, which are asked for")
            .when(the_connection_is_open)
            .change(|app| app.ask(Purpose::Close, "1000")),
        row(ActionId::EarlierSession, &[Key::char('(')], "previous session")
            .doc("Go to the previous session of an old capture")
            .when(the_capture_has_sessions)
            .run(|app| app.go_to_session(-1, "this is the first session")),
        row(ActionId::LaterSession, &[Key::char(')')], "next session")
            .doc("Go to the next session of an old capture")
            .when(the_capture_has_sessions)
            .run(|app| app.go_to_session(1, "this is the last session")),
        row(ActionId::Clear, &[Key::ctrl('l')], "clear")
            .doc("Clear the view; the counters stay")
            .when(there_are_rows)
            .change(|app| {
                app.timeline.clear();
                app.filter_anew();
                app.close_detail();
            }),
    ],
);

/// Where the ladder has the main region, there are lines and no rows.
pub(super) fn the_ladder_is_shown(app: &App) -> bool {
    app.screen == Screen::Feed && app.shows_ladder()
}

/// Whether enter is about what is wrong and not about a row.
fn enter_fixes(app: &App) -> bool {
    app.screen == Screen::Feed && (app.shows_ladder() || app.strip_offers_fix())
}

fn several_things_are_found(app: &App) -> Available {
    unless(app.current.findings.len() < 2, "no other finding is at hand")
}

/// Whether `e` is about a message: one was chosen, or nothing is found that has a field.
fn a_message_is_meant(app: &App) -> bool {
    let is_chosen = !app.timeline.is_following() || app.focus == Focus::Detail;
    app.screen == Screen::Feed
        && !app.shows_ladder()
        && app.selected_payload().is_some()
        && (is_chosen || app.current.suspect().is_none())
}

fn something_can_be_edited(app: &App) -> Available {
    if a_message_is_meant(app) {
        the_connection_is_open(app)?;
        return a_payload_is_selected(app);
    }
    a_finding_names_a_field(app)
}

fn a_finding_names_a_field(app: &App) -> Available {
    there_is_a_session(app)?;
    unless(app.current.suspect().is_none(), "no finding points at a field")
}

fn the_view_holds(app: &App) -> Available {
    there_are_rows(app)?;
    unless(app.timeline.is_following(), "the view already follows")
}

fn the_view_follows(app: &App) -> Available {
    there_are_rows(app)?;
    unless(!app.timeline.is_following(), "the view is already held")
}

fn a_row_can_be_opened(app: &App) -> Available {
    if enter_fixes(app) {
        return a_problem_has_a_fix(app);
    }
    there_are_rows(app)?;
    unless(app.focus == Focus::Detail, "the detail has the keys already")
}

fn the_detail_is_open(app: &App) -> Available {
    unless(!app.has_detail() || app.shows_ladder(), "the detail is closed (enter opens it)")
}

fn a_payload_is_shown(app: &App) -> Available {
    the_detail_is_open(app)?;
    a_payload_is_selected(app)
}

pub(super) fn a_payload_is_selected(app: &App) -> Available {
    it_is_kept(app)?;
    let part =
        app.timeline.selected_message().is_some_and(|message| message.payload.is_some() && !message.is_whole);
    unless(part, "the payload is still being read")?;
    unless(app.selected_payload().is_none(), "the selected row has no payload")
}

/// Follows the size of a payload that was dropped.
const NOT_KEPT: &str = "not kept: the window holds 8 MiB";

fn it_is_kept(app: &App) -> Available {
    let let_go = app.timeline.selected().and_then(|row| row.let_go());
    let_go.map_or(Ok(()), |bytes| Err(format!("{}, {NOT_KEPT}", size(bytes)).into()))
}

/// The message of the selected row.
fn selected(app: &App) -> Asked {
    match app.timeline.selected().map(|row| row.line) {
        Some(Line::Message { message, delivery }) => Ok((message.id, delivery)),
        // Of an earlier delivery it is the last that counts.
        Some(Line::Redelivered { id, delivery, .. }) => Ok((id, app.timeline.latest(id).unwrap_or(delivery))),
        Some(Line::Unread { message: Some(_), .. }) => Err("the row is still being read".into()),
        _ => Err("the selected row is not a received message".into()),
    }
}

fn a_received_message_is_selected(app: &App) -> Available {
    there_are_rows(app)?;
    unless(app.timeline.selected_message_id().is_none(), "the selected row is not a received message")
}

fn marked_can_be_answered(app: &App) -> Available {
    the_session_runs(app)?;
    something_is_marked(app)
}

fn the_capture_has_sessions(app: &App) -> Available {
    let several = matches!(app.capture, Capture::Reading { sessions: 2.., .. });
    unless(!several, "no old capture with several sessions is open")
}

fn there_is_something_to_leave(app: &App) -> Available {
    let nothing = !app.has_detail() && !app.has_search();
    unless(nothing || app.shows_ladder(), "no detail is open and no filter is set")
}

fn a_message_can_be_marked(app: &App) -> Available {
    there_are_rows(app)?;
    unless(app.timeline.selected_message().is_none(), "the selected row is not a message")
}

fn a_row_can_be_bookmarked(app: &App) -> Available {
    there_are_rows(app)?;
    let has_place = app.timeline.seq_of(app.timeline.selected_id()).is_some();
    unless(!has_place, "the selected row stands for others")
}

fn there_are_bookmarks(app: &App) -> Available {
    unless(app.bookmarks.iter().len() == 0, "there is no bookmark (b sets one)")
}

pub(super) fn messages_have_names(app: &App) -> Available {
    unless(
        app.sender.history.named().next().is_none(),
        "no message has a name (F8 on the send line gives one)",
    )
}

fn the_selected_row_is_paired(app: &App) -> Available {
    there_are_rows(app)?;
    unless(app.paired_with_selected().is_none(), "the selected row is paired with none at hand by an id")
}

fn a_request_has_no_answer(app: &App) -> Available {
    unless(app.pairs.is_empty(), "no message with an id was sent (:pair .path says where it stands)")?;
    unless(app.pairs.unanswered().next().is_none(), "each request with an id is answered")
}

fn repeats_are_folded(app: &App) -> Available {
    there_are_rows(app)?;
    unless(!app.timeline.folds_repeats(), "equal messages are not folded (* folds them)")?;
    unless(app.timeline.filter_view().is_some(), "a filter shows each message")
}

fn something_is_marked(app: &App) -> Available {
    unless(app.timeline.marks().len() == 0, "nothing is marked (space marks)")
}

fn something_can_be_saved(app: &App) -> Available {
    if app.timeline.marks().len() > 0 {
        return Ok(());
    }
    a_payload_is_selected(app)
}

fn a_problem_has_a_fix(app: &App) -> Available {
    there_is_a_session(app)?;
    unless(app.current.fix().is_none(), "no field can fix this problem")
}
