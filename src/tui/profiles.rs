//! The profiles that are kept under names: listed, opened, kept and compared.

use crate::{
    app::{ComparedField, ComparedProfiles, KeptProfile, Outcome, ProfileOrder, Purpose},
    cli::{self, Compared, SessionArgs, collect_values},
    config::Values,
    profiles::{Folder, Profile, ProfileFault, name_and_environment},
};

/// Does what is asked for.
pub(super) fn carry_out(order: ProfileOrder) -> Outcome {
    match order {
        ProfileOrder::List => listed(),
        ProfileOrder::Open(name) => named(name),
        ProfileOrder::Keep { name, values } => kept(name, &values),
        ProfileOrder::Compare { one, other, values } => compared(one, other, &values),
    }
}

/// All profiles, each followed by its environments.
fn listed() -> Outcome {
    match Folder::of_home() {
        Ok(folder) => {
            let names = folder.names();
            Outcome::Profiles(names.iter().flat_map(|name| rows(name, &folder.read(name))).collect())
        }
        Err(fault) => Outcome::Failed(fault.to_string()),
    }
}

fn rows(name: &str, read: &Result<Profile, ProfileFault>) -> Vec<KeptProfile> {
    let row = |name: String, about| KeptProfile { name, about };
    let profile = match read {
        Ok(profile) => profile,
        Err(fault) => return vec![row(name.to_owned(), fault.to_string())],
    };
    let address = |environment: Option<&str>| {
        let entries = profile.in_environment(environment).unwrap_or_default();
        entries.iter().find(|entry| entry.path == "url").map_or("no url".to_owned(), cli::shown_entry)
    };
    let of_environment = |environment: &str| row(format!("{name}@{environment}"), address(Some(environment)));
    let others = profile.environments.iter().map(|(environment, _)| of_environment(environment));
    std::iter::once(row(name.to_owned(), address(None))).chain(others).collect()
}

/// Keeps values under a name.
fn kept(name: String, values: &Values) -> Outcome {
    let (entries, notes) = cli::kept(values);
    match Folder::of_home().and_then(|folder| folder.save(&name, entries, &notes)) {
        Ok(was_there) => Outcome::ProfileKept { name, was_there, notes },
        Err(fault) => {
            Outcome::NotSaved { purpose: Purpose::KeepProfile, path: name, message: fault.to_string() }
        }
    }
}

/// Reads the profile of a name, `NAME` or `NAME@ENVIRONMENT`. Commands for its secrets are run.
fn named(wanted: String) -> Outcome {
    let (name, environment) = name_and_environment(&wanted);
    if let Err(fault) = Folder::of_home().and_then(|folder| folder.entries(name, environment)) {
        return Outcome::Failed(fault.to_string());
    }
    let args = SessionArgs {
        profile: Some(name.to_owned()),
        environment: environment.map(str::to_owned),
        ..SessionArgs::default()
    };
    let gathered = collect_values(&args, &|name| std::env::var(name).ok());
    let (values, problems) = (Box::new(gathered.values), gathered.problems);
    Outcome::Profile { values, name: wanted, problems, file: None }
}

/// Sets a profile beside another one, or beside these values. No command for a secret is run.
fn compared(one: Option<String>, other: String, values: &Values) -> Outcome {
    let entries = |name: &str| {
        let (name, environment) = name_and_environment(name);
        Folder::of_home().and_then(|folder| folder.entries(name, environment))
    };
    let left = one.as_deref().map_or_else(|| Ok(cli::entries_of(values)), entries);
    let (left, right) = match left.and_then(|left| Ok((left, entries(&other)?))) {
        Ok(both) => both,
        Err(fault) => return Outcome::Failed(fault.to_string()),
    };
    let fields = cli::compared(&left, &right);
    let fields =
        fields.into_iter().map(|Compared { path, texts, is_same }| ComparedField { path, texts, is_same });
    Outcome::ProfilesCompared(Box::new(ComparedProfiles {
        names: [one.unwrap_or_else(|| "the form".to_owned()), other],
        fields: fields.collect(),
        hides_same: false,
        top: 0,
    }))
}
