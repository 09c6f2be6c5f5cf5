//! Two connections compared, on their screen.

use sockeye::app::{App, Input, Screen};

use super::{press, screen, snapshots, story::*, update};

/// One that opened, one that was refused, and one that fell for the certificate.
fn three() -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, lost(900));
    tell(&mut app, unauthorized(2, 1_000));
    tell(&mut app, unknown_issuer(3, 2_000));
    update(&mut app, Input::Tick(after(2_300)));
    app
}

#[test]
fn a_connection_is_compared_with_the_one_before_fact_by_fact() {
    let mut app = three();
    press(&mut app, "3jd");
    snapshots("connections-compared", &mut app);
    press(&mut app, "n");
    assert_eq!(app.connections.compared.as_ref().map(|compared| compared.cursor), Some(1));
    press(&mut app, "<esc>");
    assert!(app.connections.compared.is_none(), "esc shows the connection again");
    assert_eq!(app.screen, Screen::Connections);
}

#[test]
fn a_connection_is_compared_with_the_marked_one() {
    let mut app = three();
    press(&mut app, "3D");
    assert!(app.connections.compared.is_none(), "nothing is marked");
    press(&mut app, "jj<space>ggD");
    let shown = screen(&mut app, (120, 40));
    assert!(shown.contains("connection 3 compared with 1"), "{shown}");
    press(&mut app, "jj");
    let shown = screen(&mut app, (120, 40));
    assert!(shown.contains("no other connection is marked"), "{shown}");
}

#[test]
fn the_first_connection_has_none_before_it() {
    let mut app = three();
    press(&mut app, "3jjd");
    let shown = screen(&mut app, (120, 40));
    assert!(shown.contains("no connection before this one is kept"), "{shown}");
}

#[test]
fn no_fix_is_applied_while_it_is_out_of_sight() {
    let mut app = three();
    press(&mut app, "3d");
    assert!(press(&mut app, "<enter>").is_empty(), "the comparison has the place of the fixes");
}
