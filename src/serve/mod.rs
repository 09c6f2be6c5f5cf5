//! Loopback servers to look at and to test against: a demo feed with faults, and an echo.
