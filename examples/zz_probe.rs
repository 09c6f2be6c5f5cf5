fn main() {
    for text in std::env::args().skip(1) {
        println!(
            "{text:30} {:?}",
            sockeye::filter::Filter::parse(&text).map(|f| f.to_string()).map_err(|e| e.to_string())
        );
    }
}
