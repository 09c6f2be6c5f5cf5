//! The deliveries of a dead letter, as a member of its line.

use crate::session::{DeadLetter, Timestamp};

use super::write_value;

/// Adds the deliveries to the line of the message, which must have been written last.
pub fn write_deliveries(letter: &DeadLetter, line: &mut Vec<u8>) {
    if line.ends_with(b"}\n") {
        line.truncate(line.len() - 2);
    }
    line.extend_from_slice(b",\"deliveries\":[");
    for (nth, (at, delivery)) in letter.deliveries.iter().enumerate() {
        if nth > 0 {
            line.push(b',');
        }
        let written =
            WrittenDelivery { attempt: delivery.attempt, verdict: delivery.verdict.word(), at: *at };
        write_value(line, &written);
    }
    line.extend_from_slice(b"]}\n");
}

/// A delivery as it is written in the line.
#[derive(serde::Serialize)]
struct WrittenDelivery {
    attempt: u32,
    verdict: &'static str,
    at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Delivery, MessageId, Verdict};

    #[test]
    fn each_attempt_is_written_with_its_verdict_and_time() {
        let delivery = |attempt, verdict| Delivery { attempt, verdict };
        let mut letter = DeadLetter::new(MessageId(7), Timestamp(0), delivery(1, Verdict::Nacked));
        letter.record(Timestamp(2_000_000), delivery(2, Verdict::Acked));
        let mut line = b"{\"id\":7}\n".to_vec();
        write_deliveries(&letter, &mut line);
        assert_eq!(
            String::from_utf8_lossy(&line),
            "{\"id\":7,\"deliveries\":[\
             {\"attempt\":1,\"verdict\":\"nacked\",\"at\":\"1970-01-01T00:00:00.000000Z\"},\
             {\"attempt\":2,\"verdict\":\"acked\",\"at\":\"1970-01-01T00:00:02.000000Z\"}]}\n"
        );
    }
}
