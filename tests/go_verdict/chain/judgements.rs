//! What is told of each certificate, beside the verdict. The first five recorded certificates are a root, an authority
//! of it, an authority of that, a leaf of the first authority and a leaf of the second.

use crate::chain::scenes::{Scene, certificates, scenes};
use jiff::Zoned;
use sockeye::go_verdict::certificate::{Certificate, Pool};
use sockeye::go_verdict::chain::{
    Chain, DateError, Fitness, HostnameError, Judgements, Served, Signer, VerifyError, judge,
};

const ROOT: usize = 0;
const MIDDLE: usize = 1;
const LOW: usize = 2;
const LEAF_OF_MIDDLE: usize = 3;
const LEAF_OF_LOW: usize = 4;

fn judged(served: &[usize], pool: &[usize], host: &str, now: &str) -> Judgements {
    let all = certificates();
    let pick =
        |numbers: &[usize]| numbers.iter().map(|number| all[*number].clone()).collect::<Vec<Certificate>>();
    let pool = Pool { certificates: pick(pool), ..Pool::default() };
    let now: Zoned = now.parse().unwrap();
    judge(Served::new(&pick(served)).unwrap(), &pool, host, &now)
}

const TODAY: &str = "2026-11-28T12:00:00+00:00[+00:00]";

#[test]
fn a_good_chain_is_good_at_each_place() {
    let found = judged(&[LEAF_OF_LOW, MIDDLE, LOW], &[ROOT], "feed.test", TODAY);
    assert_eq!(found.verdict, Ok(vec![Chain::Issued { issuers: vec![2, 1], root: 0 }]));
    assert_eq!(found.root, Some(0));
    let places: Vec<_> = found.served.iter().map(|found| found.place_in_chain).collect();
    assert_eq!(places, [Some(0), Some(2), Some(1)]);
    let signers: Vec<_> = found.served.iter().map(|found| found.signer.clone()).collect();
    assert_eq!(signers, [Signer::Served(2), Signer::Root(0), Signer::Served(1)]);
    assert!(found.served.iter().all(|found| found.fitness.dates.is_ok() && found.fitness.permits_servers));
    assert_eq!(found.served[0].name, Some(Ok(())));
    assert_eq!(found.served[0].fitness.authority, None);
    assert_eq!(found.served[1].fitness.authority, Some(Ok(())));
}

#[test]
fn a_missing_authority_leaves_the_leaf_without_a_signer() {
    let found = judged(&[LEAF_OF_LOW, MIDDLE], &[ROOT], "feed.test", TODAY);
    assert_eq!(found.verdict, Err(VerifyError::UnknownAuthority { hint: None }));
    assert_eq!(found.served[0].signer, Signer::Nobody(None));
    assert_eq!(found.served[1].signer, Signer::Root(0));
    assert_eq!(found.root, None);
}

#[test]
fn an_authority_that_is_no_authority_is_told_for_itself() {
    let found = judged(&[LEAF_OF_MIDDLE, MIDDLE, LEAF_OF_LOW], &[ROOT], "feed.test", TODAY);
    assert!(found.verdict.is_ok());
    assert_eq!(found.served[2].place_in_chain, None);
    assert!(matches!(found.served[2].fitness.authority, Some(Err(_))));
}

#[test]
fn dates_of_all_and_the_name_are_told_though_the_verdict_names_one() {
    let found = judged(&[LEAF_OF_MIDDLE, MIDDLE], &[ROOT], "other.test", "2037-01-01T01:00:00+01:00[+01:00]");
    let told = DateError::Expired {
        now: "2037-01-01T01:00:00+01:00".to_owned(),
        not_after: "2036-01-01T00:00:00Z".to_owned(),
    };
    assert_eq!(found.verdict, Err(VerifyError::Dates(told.clone())));
    assert_eq!(found.served[0].fitness.dates, Err(told.clone()));
    assert_eq!(found.served[1].fitness.dates, Err(told.clone()));
    assert_eq!(found.roots[&0].dates, Err(told));
    let (names, host) = ("feed.test".to_owned(), "other.test".to_owned());
    assert_eq!(found.served[0].name, Some(Err(HostnameError::OtherNames { names, host })));
}

#[test]
fn judgements_do_not_contradict_the_verdict() {
    const KINDS: [&str; 6] = ["plain", "mixed", "cross", "self", "authority", "dates"];
    for Scene { name, served, pool, host, now, .. } in scenes().filter(|scene| KINDS.contains(&scene.name)) {
        let found = judge(Served::new(&served).unwrap(), &pool, host, &now);
        let told = |fact| format!("{name} {host}: {fact}");
        let chain = match &found.verdict {
            Err(VerifyError::Dates(error)) if found.served[0].fitness.dates.is_err() => {
                assert_eq!(found.served[0].fitness.dates.as_ref(), Err(error), "{}", told("dates"));
                continue;
            }
            Err(VerifyError::Hostname(error)) => {
                assert_eq!(found.served[0].name, Some(Err(error.clone())), "{}", told("name"));
                continue;
            }
            Err(_) => continue,
            Ok(chains) => &chains[0],
        };
        for (place, found) in
            found.served.iter().enumerate().filter(|(_, found)| found.place_in_chain.is_some())
        {
            let Fitness { dates, has_unhandled_critical, authority, permits_servers } = &found.fitness;
            assert!(dates.is_ok() && *permits_servers && !has_unhandled_critical, "{}", told("fit"));
            assert!(!matches!(found.name, Some(Err(_))), "{}", told("name"));
            assert!(place == 0 || *authority == Some(Ok(())), "{}", told("authority"));
            let is_signed = matches!(found.signer, Signer::Root(_) | Signer::Served(_) | Signer::NotChecked);
            assert!(is_signed || matches!(chain, Chain::LeafIsRoot { .. }), "{}", told("signer"));
        }
    }
}
