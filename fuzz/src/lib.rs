//! Memory as it is counted while a target runs, so that a bound on it can be held to.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Runs a harness and holds it to the bytes which it says that it may have held at once.
///
/// # Panics
///
/// It held more.
pub fn within(harness: impl FnOnce() -> usize) {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    let bound = harness();
    let most = MOST.load(Relaxed).saturating_sub(before);
    assert!(most <= bound, "{most} bytes were held at once; {bound} are allowed");
}

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

impl Counted {
    fn add(size: usize) {
        let held = HELD.fetch_add(size, Relaxed).wrapping_add(size);
        MOST.fetch_max(held, Relaxed);
    }
}

// SAFETY: all of it is left to the allocator of the system; sizes are counted beside it.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may be there for a moment.
        Self::add(size);
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(block, layout, size) }
    }
}
