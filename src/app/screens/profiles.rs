//! The list of profiles: opening one, also while a session runs, and comparing two.

use crate::{
    app::{
        effect::{Effect, ProfileOrder},
        model::App,
        state::{ComparedProfiles, KeptProfile, Overlay, ProfileList, Purpose, Step, Tone},
    },
    payload::counted,
};

impl App {
    pub(in crate::app) fn show_profiles(&mut self, known: Vec<KeptProfile>) {
        self.overlay = Some(Overlay::Profiles(ProfileList::of(known, &self.profile.name)));
    }

    pub(in crate::app) fn choose_profile(&mut self, step: Step) {
        if let Some(Overlay::Profiles(list)) = &mut self.overlay {
            list.choose(step);
        }
    }

    pub(in crate::app) fn mark_profile(&mut self) {
        if let Some(Overlay::Profiles(list)) = &mut self.overlay {
            list.mark();
        }
    }

    /// Connects with the chosen profile; asks first whether changes of the form may be lost.
    pub(in crate::app) fn open_profile(&mut self) -> Vec<Effect> {
        let changed = self.form.changes().len() as u64;
        let Some(Overlay::Profiles(list)) = &mut self.overlay else { return Vec::new() };
        if changed > 0 && !list.is_warned {
            list.is_warned = true;
            let message =
                format!("{} of the form would be lost: enter again to go on", counted(changed, "change"));
            self.say(Tone::Bad, message);
            return Vec::new();
        }
        let name = list.name().map(str::to_owned);
        self.overlay = None;
        name.map(|name| Effect::Profiles(ProfileOrder::Open(name))).into_iter().collect()
    }

    /// Compares the chosen profile with the marked one, or with what the form holds.
    pub(in crate::app) fn compare_profiles(&mut self) -> Vec<Effect> {
        let Some(Overlay::Profiles(list)) = &self.overlay else { return Vec::new() };
        let Some(other) = list.name().map(str::to_owned) else { return Vec::new() };
        let marked = list.marked.and_then(|marked| list.known.get(marked));
        let one = marked.map(|profile| profile.name.clone());
        let values = Box::new(self.form.values.clone());
        vec![Effect::Profiles(ProfileOrder::Compare { one, other, values })]
    }

    /// Asks for the name under which what the form holds is kept.
    pub(in crate::app) fn ask_to_keep_profile(&mut self) {
        let chosen = match &self.overlay {
            Some(Overlay::Profiles(list)) => list.name().map(str::to_owned),
            _ => None,
        };
        let name = chosen.unwrap_or_else(|| self.profile.name.clone());
        self.ask(Purpose::KeepProfile, name.split('@').next().unwrap_or_default());
    }

    pub(in crate::app) fn show_compared_profiles(&mut self, compared: Box<ComparedProfiles>) {
        self.overlay = Some(Overlay::ComparedProfiles(compared));
    }

    pub(in crate::app) fn scroll_compared_profiles(&mut self, step: Step) {
        if let Some(Overlay::ComparedProfiles(compared)) = &mut self.overlay {
            compared.scroll(step);
        }
    }

    /// Leaves equal fields out, or shows them again.
    pub(in crate::app) fn toggle_equal_fields(&mut self) {
        if let Some(Overlay::ComparedProfiles(compared)) = &mut self.overlay {
            compared.hides_same = !compared.hides_same;
            compared.top = 0;
        }
    }
}
