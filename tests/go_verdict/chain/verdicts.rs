//! Scenes and signatures with the verdicts that Go 1.26.8 gave on them.

use crate::chain::scenes::{Scene, certificates, decoded, scenes};
use sockeye::go_verdict::chain::{Chain, Protocol, Served, SuiteKey, handshake_signature, verify};

#[test]
fn each_scene_has_the_verdict_of_go() {
    let mut differing = Vec::new();
    let mut count = 0;
    for scene in scenes() {
        let verdict = verify(Served::new(&scene.served).unwrap(), &scene.pool, scene.host, &scene.now);
        let verdict = match verdict {
            Ok(chains) => {
                let chains: Vec<_> = chains.iter().map(|chain| told(chain, &scene)).collect();
                format!("ok {}", chains.join("|"))
            }
            Err(error) => error.to_string(),
        };
        let Scene { name, numbers, roots, host, expected, .. } = scene;
        count += 1;
        if verdict != expected {
            differing
                .push(format!("{name} {numbers:?} {roots:?} {host}\n  Go:   {expected}\n  ours: {verdict}"));
        }
    }
    assert!(count > 1_000);
    assert!(differing.is_empty(), "{} of {count} differ:\n{}", differing.len(), differing.join("\n"));
}

fn told(chain: &Chain, scene: &Scene) -> String {
    let numbers: Vec<_> = match chain {
        Chain::LeafIsRoot { root } => vec![scene.roots[*root]],
        Chain::Issued { issuers, root } => {
            let issuers = issuers.iter().map(|place| scene.numbers[*place]);
            std::iter::once(scene.numbers[0]).chain(issuers).chain([scene.roots[*root]]).collect()
        }
    };
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

const PROTOCOLS: [Protocol; 3] =
    [Protocol::Tls13, Protocol::Tls12 { suite: SuiteKey::Rsa }, Protocol::Tls12 { suite: SuiteKey::Ecdsa }];

#[test]
fn each_handshake_signature_has_the_verdict_of_go() {
    let mut rows = include_str!("handshakes.tsv").lines();
    let signed = decoded(rows.next().unwrap());
    let mut differing = Vec::new();
    for row in rows {
        let [number, scheme, signature, expected @ ..] = &row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("a row of six: {row}");
        };
        let key = certificates()[number.parse::<usize>().unwrap()].public_key.as_ref();
        let scheme = u16::from_str_radix(scheme, 16).unwrap();
        for (protocol, expected) in PROTOCOLS.into_iter().zip(expected) {
            let verdict = handshake_signature(key, scheme, protocol, &signed, &decoded(signature));
            let verdict = verdict.map_or_else(|error| error.to_string(), |()| "ok".to_owned());
            if verdict != *expected {
                differing.push(format!(
                    "{number} {scheme:04x} {protocol:?}\n  Go:   {expected}\n  ours: {verdict}"
                ));
            }
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
