//! Counts the memory that a target allocates, and checks it against a bound.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Runs a harness, and checks that it never allocated more bytes at a time than the bound that it returns.
///
/// # Panics
///
/// The harness allocated more.
pub fn within(harness: impl FnOnce() -> usize) {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    let bound = harness();
    let most = MOST.load(Relaxed).saturating_sub(before);
    assert!(most <= bound, "{most} bytes were allocated at a time; {bound} are allowed");
}

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

impl CountingAllocator {
    fn add(size: usize) {
        let held = HELD.fetch_add(size, Relaxed).wrapping_add(size);
        MOST.fetch_max(held, Relaxed);
    }
}

// SAFETY: every call is forwarded to the system allocator; the sizes are only counted.
unsafe impl GlobalAlloc for CountingAllocator {
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
        // Both blocks can exist for a moment.
        Self::add(size);
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(block, layout, size) }
    }
}
