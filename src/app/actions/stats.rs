//! What can be done on the screen of what the feed does over time.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Key, Purpose, StatsPane},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Stats,
    [
        row(ActionId::ShowOnFeed, &[Key::ENTER], "show on feed")
            .doc("Go to the message or the time on the feed, or filter it by the selected kind or shape")
            .instead(
                is_filter,
                "filter the feed",
                "Show only messages of the selected kind or shape on the feed",
            )
            .when(|app| app.refuses_to_show_stats().map_or(Ok(()), |reason| Err(reason.into())))
            .rank(10)
            .run(App::show_stats_on_feed),
        row(ActionId::ShowExample, &[Key::char('e')], "example")
            .doc("Go to the newest message of the selected kind or shape")
            .when(|app| unless(app.example().is_none(), "no kind and no shape is selected (tab)"))
            .rank(11)
            .run(App::show_example),
        row(ActionId::NextStatsPane, &[Key::TAB], "pane")
            .doc("Go to the next list, or the chart")
            .rank(12)
            .change(|app| app.over_time.switch_pane(1)),
        row(ActionId::PreviousStatsPane, &[Key::BACK_TAB], "previous pane")
            .doc("Go to the previous list, or the chart")
            .change(|app| app.over_time.switch_pane(-1)),
        row(ActionId::NextHappening, &[Key::char('n')], "next")
            .doc("Go to the next hole, repeat, silence or new shape")
            .when(something_has_happened)
            .change(|app| app.go_to_happening(1)),
        row(ActionId::PreviousHappening, &[Key::char('N')], "previous")
            .doc("Go to the previous hole, repeat, silence or new shape")
            .when(something_has_happened)
            .rank_by(|app| (app.over_time.list() == StatsPane::Happenings).then_some(13))
            .change(|app| app.go_to_happening(-1)),
        row(ActionId::ChoosePaths, &[Key::char('c')], "choose paths")
            .doc("Choose what is read: the path of a sequence, of a time, of a kind, or none")
            .rank(14)
            .change(App::ask_for_paths),
        row(ActionId::SaveShapes, &[Key::char('s')], "save shapes")
            .doc("Save the set of shapes to a new file, for a comparison with another session, or check --shape")
            .when(|app| unless(app.over_time.snapshot.shapes.is_empty(), "no message of JSON has come"))
            .rank_by(|app| (app.over_time.pane == StatsPane::Shapes).then_some(13))
            .change(|app| app.ask_for_file(Purpose::SaveShapes, "-shapes.json")),
        row(ActionId::CompareShapes, &[Key::char('d')], "compare shapes")
            .doc("Compare the shapes with a set that was saved: yesterday's, or that of another environment")
            .rank_by(|app| (app.over_time.pane == StatsPane::Shapes).then_some(13))
            .change(App::ask_for_shapes),
        row(ActionId::NextMeasure, &[Key::char('m')], "measure")
            .doc("Chart the rate, the size, the lag or the longest gap")
            .rank_by(|app| (app.over_time.pane != StatsPane::Connections).then_some(15))
            .change(|app| app.over_time.measure = app.over_time.measure.next()),
        row(ActionId::ZoomIn, &[Key::char('+'), Key::char('=')], "zoom in")
            .doc("Let a bar of the chart be half as long")
            .when(there_is_a_chart)
            .change(|app| app.zoom_chart(-1)),
        row(ActionId::ZoomOut, &[Key::char('-')], "zoom out")
            .doc("Let a bar of the chart be twice as long")
            .when(there_is_a_chart)
            .rank_by(|app| (app.over_time.pane != StatsPane::Connections).then_some(16))
            .change(|app| app.zoom_chart(1)),
        row(ActionId::CursorLeft, &[Key::LEFT], "cursor left")
            .doc("Move the cursor of the chart back in time")
            .when(there_is_a_chart)
            .rank_by(|app| (app.over_time.pane == StatsPane::Chart).then_some(11))
            .change(|app| app.move_chart_cursor(-1)),
        row(ActionId::CursorRight, &[Key::RIGHT], "cursor right")
            .doc("Move the cursor of the chart on in time")
            .when(there_is_a_chart)
            .change(|app| app.move_chart_cursor(1)),
        row(ActionId::LeaveChart, &[Key::ESC], "stop or leave")
            .doc("Stop to read an old capture, or take the cursor off the chart")
            .instead(|app| app.over_time.percent.is_some(), "stop reading", "Stop to read the old capture")
            .when(|app| {
                let nothing = app.over_time.percent.is_none() && app.over_time.cursor.is_none();
                unless(nothing, "nothing is read, and no cursor is on the chart")
            })
            .rank_by(|app| app.over_time.percent.map(|_| 9))
            .run(|app| {
                if app.over_time.percent.is_some() {
                    return app.stop_reading_stats();
                }
                app.over_time.cursor = None;
                Vec::new()
            }),
    ],
);

fn is_filter(app: &App) -> bool {
    matches!(app.over_time.pane, StatsPane::Kinds | StatsPane::Shapes)
}

fn something_has_happened(app: &App) -> Available {
    unless(app.over_time.happening().is_none(), "no number is missing, nothing was silent, no shape is new")
}

fn there_is_a_chart(app: &App) -> Available {
    unless(app.over_time.snapshot.series.buckets().is_empty(), "no message has come yet")
}
