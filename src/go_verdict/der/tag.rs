//! The tags that certificates and keys are made of.

pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const UTF8_STRING: u8 = 0x0c;
pub const NUMERIC_STRING: u8 = 0x12;
pub const PRINTABLE_STRING: u8 = 0x13;
pub const T61_STRING: u8 = 0x14;
pub const IA5_STRING: u8 = 0x16;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const BMP_STRING: u8 = 0x1e;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

/// The whole of a NULL.
pub const WHOLE_NULL: &[u8] = &[0x05, 0x00];

/// `[number]`, primitive.
pub const fn context(number: u8) -> u8 {
    0x80 | number
}

/// `[number]`, constructed.
pub const fn explicit(number: u8) -> u8 {
    0xa0 | number
}
