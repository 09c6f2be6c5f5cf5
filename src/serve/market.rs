//! A made-up market: random prices, the same for the same seed. Pure.

/// Symbols and first prices in cents.
const SYMBOLS: [(&str, u64); 6] = [
    ("BTC-USD", 6_401_250),
    ("ETH-USD", 341_780),
    ("SOL-USD", 15_342),
    ("XAU-USD", 267_415),
    ("EUR-USD", 10_842),
    ("SALMON", 1_499),
];

/// The current prices, and which symbols are subscribed.
#[derive(Clone, Debug)]
pub(super) struct Market {
    chance: fastrand::Rng,
    prices: [u64; SYMBOLS.len()],
    subscribed: Vec<usize>,
    number: u64,
}

/// One trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    /// Counted from 1 on its connection.
    number: u64,
    symbol: &'static str,
    cents: u64,
    /// The traded amount in hundredths.
    amount: u64,
    /// The time in milliseconds since the Unix epoch.
    time: u64,
}

impl Market {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            chance: fastrand::Rng::with_seed(seed),
            prices: SYMBOLS.map(|(_, cents)| cents),
            subscribed: (0..SYMBOLS.len()).collect(),
            number: 0,
        }
    }

    /// The next trade, at `time` in milliseconds since the Unix epoch.
    pub(super) fn tick(&mut self, time: u64) -> Tick {
        let nth = self.subscribed[self.chance.usize(..self.subscribed.len())];
        let price = &mut self.prices[nth];
        let widest = (*price / 1_000).max(2);
        *price = (*price + self.chance.u64(0..=2 * widest)).saturating_sub(widest).max(100);
        self.number += 1;
        let amount = self.chance.u64(1..=500);
        Tick { number: self.number, symbol: SYMBOLS[nth].0, cents: *price, amount, time }
    }

    /// Answers a message of the client: confirms a subscription, or says what is wrong with it.
    pub(super) fn answer(&mut self, text: &str) -> String {
        match self.subscribe(text) {
            Ok(symbols) => serde_json::json!({ "e": "subscribed", "symbols": symbols }).to_string(),
            Err(message) => serde_json::json!({
                "e": "error",
                "message": message,
                "try": { "op": "subscribe", "symbols": ["BTC-USD", "SALMON"] },
            })
            .to_string(),
        }
    }

    fn subscribe(&mut self, text: &str) -> Result<Vec<&'static str>, String> {
        let asked: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
        if asked["op"] != "subscribe" {
            return Err("the only op is “subscribe”".to_owned());
        }
        let subscribed = match asked["symbols"].as_array() {
            Some(names) if !names.is_empty() => names.iter().map(index_of).collect::<Result<Vec<_>, _>>()?,
            _ => (0..SYMBOLS.len()).collect(),
        };
        // A symbol that is named twice counts once.
        self.subscribed = (0..SYMBOLS.len()).filter(|nth| subscribed.contains(nth)).collect();
        Ok(self.subscribed.iter().map(|&nth| SYMBOLS[nth].0).collect())
    }
}

fn index_of(name: &serde_json::Value) -> Result<usize, String> {
    let known = || SYMBOLS.map(|(symbol, _)| symbol).join(", ");
    SYMBOLS
        .iter()
        .position(|(symbol, _)| name == symbol)
        .ok_or_else(|| format!("unknown symbol; the symbols are {}", known()))
}

impl Tick {
    /// `{"e":"trade","s":"BTC-USD","p":64012.50,"q":0.31,"n":1,"T":1732374067413}`
    pub(super) fn json(&self) -> String {
        let Self { number, symbol, cents, amount, time } = self;
        format!(
            r#"{{"e":"trade","s":"{symbol}","p":{}.{:02},"q":{}.{:02},"n":{number},"T":{time}}}"#,
            cents / 100,
            cents % 100,
            amount / 100,
            amount % 100,
        )
    }

    /// Number, time and cents as big-endian 64-bit integers, then the symbol, padded with zeros to 8 bytes.
    pub(super) fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.number.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.time.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.cents.to_be_bytes());
        for (place, letter) in bytes[24..].iter_mut().zip(self.symbol.bytes()) {
            *place = letter;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{Market, Tick};

    #[test]
    fn the_same_seed_gives_the_same_prices() {
        let ticks = |seed| {
            let mut market = Market::new(seed);
            (0..100).map(|time| market.tick(time)).collect::<Vec<_>>()
        };
        assert_eq!(ticks(7), ticks(7));
        assert_ne!(ticks(7), ticks(8));
    }

    #[test]
    fn a_tick_has_one_text_and_one_binary_form() {
        let tick = Tick { number: 3, symbol: "SALMON", cents: 1_405, amount: 31, time: 1_732_374_067_413 };
        assert_eq!(tick.json(), r#"{"e":"trade","s":"SALMON","p":14.05,"q":0.31,"n":3,"T":1732374067413}"#);
        assert_eq!(tick.bytes()[..8], 3_u64.to_be_bytes());
        assert_eq!(tick.bytes()[24..], *b"SALMON\0\0");
    }

    #[test]
    fn only_the_subscribed_symbols_are_ticked() {
        let mut market = Market::new(1);
        let answer = market.answer(r#"{"op":"subscribe","symbols":["SALMON","SALMON"]}"#);
        assert_eq!(answer, r#"{"e":"subscribed","symbols":["SALMON"]}"#);
        assert!((0..50).all(|time| market.tick(time).symbol == "SALMON"));
    }

    #[test]
    fn an_unknown_symbol_is_refused_and_changes_nothing() {
        let mut market = Market::new(1);
        let answer = market.answer(r#"{"op":"subscribe","symbols":["COD"]}"#);
        assert!(answer.contains("unknown symbol; the symbols are BTC-USD, ETH-USD"), "{answer}");
        assert_eq!(market.subscribed.len(), super::SYMBOLS.len());
    }
}
