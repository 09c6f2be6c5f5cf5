//! What a feed does over time: pure folds over the stream of events, the same for a live session, an old capture and
//! the lines of `tail --events`.
//!
//! ```text
//! event ──> Stats ──┬─ learning: the first messages are held until the paths are proposed
//!                   ├─ sequence   holes, repeats, numbers that went back
//!                   ├─ lag        how old a message is when it comes
//!                   ├─ late       times in which even the freshest are old
//!                   ├─ arrivals   the gaps between messages
//!                   ├─ silence    data that stopped, on a line that lives or not
//!                   ├─ life       when connections stood, and for how long
//!                   ├─ beginnings what came first on each, and what is different from the time before
//!                   ├─ shapes     messages of one JSON shape
//!                   ├─ kinds      messages of one value at a chosen path, and those that stay away
//!                   └─ series     rate, size and lag, second by second
//! ```
//!
//! `aligned` sets two sessions side by side.
//!
//! Everything that a feed can make many is bounded, and what does not fit is counted.

mod aligned;
mod arrivals;
mod beginnings;
mod compared_rows;
mod fold;
mod gaps;
mod habit;
mod kinds;
mod lag;
mod late;
mod life;
mod moment;
mod number;
mod paths;
mod propose;
mod saved_shapes;
mod sequence;
mod series;
mod shapes;
mod silence;
mod snapshot;
mod spread;

pub use aligned::{Aligned, Came, Missing, Pair, Side, SideCounts};
pub use arrivals::Arrivals;
pub use beginnings::{Beginning, Beginnings, Role, Run};
pub use compared_rows::{
    ComparedChange, ComparedNow, ComparedRow, ComparedRows, ComparedWhat, Listed, SideNow,
};
pub use fold::{Stats, Taken};
pub use gaps::Gaps;
pub use kinds::{Kind, KindSilence, Kinds};
pub use lag::{Lag, LagReader, Offset};
pub use late::{Late, Lates};
pub use life::{BINS, Life, Lifetime, USUAL, Usual, bin_of};
pub use moment::Unit;
pub use paths::{InEffect, Origin, PathChoice, Paths, SequencePath};
pub use saved_shapes::SavedShapes;
pub use sequence::{Incident, IncidentKind, SequenceCounts, Sequences};
pub use series::{Bucket, Series};
pub use shapes::{Change, Group, Novelty, Replacement, Shapes, changes};
pub use silence::{Line, Silence, Silences};
pub use snapshot::{
    Against, ConnectionCounts, ConnectionRow, Difference, Happening, KindRow, Percentiles, SavedSet,
    ShapeRow, SilenceCounts, Snapshot, What,
};
pub use spread::Spread;
