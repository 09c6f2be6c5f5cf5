//! Measures how far a capture lags behind the socket when its writer is killed while all cores are busy.

use std::{
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use rusqlite::Connection;

use crate::child;

/// Starts `kills` readers of this feed and kills each after `time`. Returns the milliseconds from the last captured
/// message to each kill.
#[expect(clippy::disallowed_methods, reason = "a reader is killed after a fixed time")]
pub fn measure_lag(url: &str, target: &Path, kills: usize, time: Duration) -> Vec<f64> {
    let stop = Arc::new(AtomicBool::new(false));
    let cores = thread::available_parallelism().map_or(1, Into::into);
    let busy: Vec<_> = (0..cores).map(|_| thread::spawn(spin(stop.clone()))).collect();
    let capture = target.with_extension("sqlite");
    let lags = (0..kills).filter_map(|nth| {
        for end in ["", "-journal"] {
            drop(std::fs::remove_file(format!("{}{end}", capture.display())));
        }
        let mut command = child::tail(url, Path::new("/dev/null"), "raw", u64::MAX);
        command.arg("--capture").arg(&capture).stdout(Stdio::null()).stderr(Stdio::null());
        let mut reader = command.spawn().expect("the reader starts");
        // Varies the place of the kill between two commits.
        thread::sleep(time + Duration::from_millis(37 * nth as u64 % 500));
        let killed = SystemTime::now();
        reader.kill().expect("it runs");
        reader.wait().expect("it can be waited for");
        let database = Connection::open(&capture).ok()?;
        let last = database.query_row("SELECT max(at) FROM message", [], |row| row.get::<_, i64>(0)).ok()?;
        let killed = killed.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "the error for microseconds since 1970 is negligible")]
        let behind = killed * 1e3 - last as f64 / 1e3;
        Some(behind.max(0.0))
    });
    let lags = lags.collect();
    stop.store(true, Ordering::Relaxed);
    for thread in busy {
        drop(thread.join());
    }
    lags
}

fn spin(stop: Arc<AtomicBool>) -> impl FnOnce() + Send + 'static {
    move || {
        while !stop.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    }
}
