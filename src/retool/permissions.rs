//! Who may do what with single objects: every object, then the access list of each.
//!
//! Retool has two ways to ask, and this is the one that says more for less:
//!
//! - `GET /permissions/accessList/{type}/{id}` says of each account, group and invitation whether
//!   its access was given directly, or comes through a group, a folder or a level on everything. It
//!   covers workflows, and takes one call for each object, of which there are hundreds.
//! - `POST /permissions/listObjects` gives levels without saying where they come from, so nothing
//!   it says could be called a direct grant. It knows no workflows, and takes four calls for each
//!   account, of which there are thousands.
//!
//! So nothing but GET is sent here too. Folders of resources and workflows share their numbers with
//! folders of apps, which alone the access list knows by number; what the others grant shows on
//! the objects in them. Single agents cannot be listed at all.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::paging::{PageStep, Paging};
use super::refusal::Refusal;
use super::wire::{self, Page};
use super::{Client, EndpointReading, List, Watch, begin, intake};
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::record::Record;
use crate::snapshot::record::{AccessList, Id, Keyed, ObjectAccess};

/// The objects of an instance, before their access lists are asked for.
#[derive(Debug)]
pub struct ObjectSurvey {
    row: LedgerRow,
    objects: Vec<ObjectAccess>,
    refusal: Option<Refusal>,
}

impl ObjectSurvey {
    /// How many calls it takes to read every access list.
    pub fn calls(&self) -> u64 {
        self.objects.len() as u64
    }

    /// The same with one object only: enough to see whether access lists can be read.
    #[must_use]
    pub fn sample(mut self) -> Self {
        self.objects.truncate(1);
        self
    }
}

/// The kinds of object that can be listed, and whose access lists can be asked for.
#[derive(Clone, Copy)]
enum ObjectKind {
    App,
    Folder,
    Resource,
    Workflow,
}

impl ObjectKind {
    const ALL: [Self; 4] = [Self::App, Self::Folder, Self::Resource, Self::Workflow];

    fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Folder => "folder",
            Self::Resource => "resource",
            Self::Workflow => "workflow",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::App => "/api/v2/apps",
            Self::Folder => "/api/v2/folders",
            Self::Resource => "/api/v2/resources",
            Self::Workflow => "/api/v2/workflows",
        }
    }

    /// The path of an object's access list.
    fn access_list(self, id: &Id) -> String {
        let id = match self {
            Self::Folder => id.0.trim_start_matches("app_"),
            _ => &id.0,
        };
        let (path, word) = (Endpoint::Permissions.path(), self.word());
        format!("{path}/{word}/{}", wire::escaped(id))
    }
}

/// An object as the lists of objects have it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct ListedObject {
    id: Id,
    name: Option<String>,
    /// What resources have for a name.
    display_name: Option<String>,
    /// What a folder holds.
    folder_type: Option<String>,
    /// Whether Retool keeps the folder itself.
    is_system_folder: Option<bool>,
}

impl Keyed for ListedObject {
    fn key(&self) -> Option<Id> {
        Some(self.id.clone())
    }
}

impl Record for ListedObject {
    fn name(&mut self, id: Id) {
        self.id = id;
    }
}

impl Client {
    /// Lists every object whose access list can be asked for.
    pub async fn survey(&self, watch: &Watch<'_>) -> ObjectSurvey {
        let mut row = begin(List::whole(Endpoint::Permissions), watch);
        ObjectKind::App.path().clone_into(&mut row.request);
        let (mut objects, mut refusal) = (Vec::new(), None);
        for kind in ObjectKind::ALL {
            match self.listed(kind, &mut row, watch).await {
                Ok(it) => objects.extend(it),
                Err(it) => {
                    refusal = Some(it.about(&format!("the list of {}s", kind.word())));
                    break;
                }
            }
        }
        row.total_count = Some(objects.len() as u64);
        ObjectSurvey { row, objects, refusal }
    }

    /// Reads the access list of every object, unless the time is too short for all of them.
    pub async fn access_lists(
        &self,
        survey: ObjectSurvey,
        watch: &Watch<'_>,
    ) -> EndpointReading<Vec<ObjectAccess>> {
        let calls = survey.calls();
        let ObjectSurvey { mut row, objects, refusal } = survey;
        let mut records = Vec::new();
        let begun = match refusal {
            Some(it) => Err(it),
            None => self.has_time_for(calls),
        };
        let res = match begun {
            Ok(()) => self.fill(objects, &mut records, &mut row, watch).await,
            Err(it) => Err(it),
        };
        row.rows_kept = records.len() as u64;
        match res {
            Ok(()) => row.reason = doubt(&row),
            Err(it) => intake::refuse(&mut row, it),
        }
        EndpointReading { row, records }
    }

    /// How long so many calls take at least.
    pub fn pace(&self, calls: u64) -> Duration {
        self.limiter.time_for(calls)
    }

    /// A list that would break off is not begun.
    fn has_time_for(&self, calls: u64) -> Result<(), Refusal> {
        let left = self.deadline.get().saturating_duration_since(Instant::now());
        let needed = self.pace(calls);
        if needed <= left {
            return Ok(());
        }
        let (needed, left) = (needed.as_secs().div_ceil(60), left.as_secs() / 60);
        let reason = format!(
            "{calls} access lists take about {needed} min, and {left} min are left of the \
             instance's time; raise `deadline-minutes` or `requests-per-minute`"
        );
        Err(Refusal { outcome: ReadOutcome::Network, reason })
    }

    async fn listed(
        &self,
        kind: ObjectKind,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<Vec<ObjectAccess>, Refusal> {
        let (mut paging, mut next) = (Paging::<ListedObject>::default(), None);
        loop {
            let request = wire::request_at(kind.path(), None, next.as_ref());
            let page = self.open(&request, row, watch).await?;
            (watch.page)(row);
            match paging.take(page)? {
                PageStep::More(it) => next = Some(it),
                PageStep::Done => break,
            }
        }
        let mut counts = begin(List::whole(Endpoint::Permissions), watch);
        paging.count(&mut counts);
        row.rows_missing += counts.rows_missing;
        row.rows_conflicting += counts.rows_conflicting;
        row.rows_without_id += counts.rows_without_id;
        // The worst of all lists of objects is that of their whole.
        row.whole_by = row.whole_by.max(counts.whole_by);
        counts.conflicts.words.iter().for_each(|word| row.conflicts.add(word));
        let of_apps = |listed_object: &ListedObject| {
            !matches!(kind, ObjectKind::Folder)
                || listed_object.folder_type.as_deref() == Some("app")
        };
        let listed = paging.into_records().into_iter().filter(of_apps);
        // Every account has folders for drafts and trash: no access is granted on those, and what
        // is in them is listed like everything else.
        let (system, own): (Vec<_>, Vec<_>) =
            listed.partition(|it| it.is_system_folder == Some(true));
        row.rows_left_out += system.len() as u64;
        let objects = own.into_iter().map(|it| ObjectAccess {
            kind: kind.word().to_owned(),
            id: it.id,
            name: it.name.or(it.display_name),
            ..ObjectAccess::default()
        });
        Ok(objects.collect())
    }

    /// An object that is gone when its turn comes is missing from what was listed.
    async fn fill(
        &self,
        objects: Vec<ObjectAccess>,
        res: &mut Vec<ObjectAccess>,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<(), Refusal> {
        let mut first_gone = None;
        let folders = ObjectAccess::folders(&objects);
        for mut it in objects {
            match self.access_list(&it, row, watch).await {
                Ok(access) => {
                    it.access = Some(access);
                    row.rows_missing += u64::from(!it.is_known());
                    intake::note_words(row, &it);
                    res.push(it.without_implied(&folders));
                }
                Err(refusal) if row.status == Some(404) => {
                    row.rows_missing += 1;
                    let name = format!("the access list of {} {}", it.kind, it.id.0);
                    row.objects_missing.add(&format!("{} {}", it.kind, it.id.0));
                    first_gone.get_or_insert(refusal.about(&name));
                }
                Err(refusal) => {
                    return Err(
                        refusal.about(&format!("the access list of {} {}", it.kind, it.id.0))
                    );
                }
            }
            (row.rows_received, row.distinct_ids) = (res.len() as u64, res.len() as u64);
            (watch.page)(row);
        }
        // Where every list is gone, it is the version that has none.
        match first_gone {
            Some(it) if res.is_empty() => Err(it),
            _ => Ok(()),
        }
    }

    async fn access_list(
        &self,
        object: &ObjectAccess,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<AccessList, Refusal> {
        let kind = ObjectKind::ALL.into_iter().find(|it| it.word() == object.kind);
        let request = kind.expect("the survey knows the kind").access_list(&object.id);
        let page: Page<AccessList> = self.open(&request, row, watch).await?;
        Ok(page.data)
    }
}

/// What contradicts access lists that all came.
fn doubt(row: &LedgerRow) -> String {
    let (missing, total) = (row.rows_missing, row.total_count.unwrap_or_default());
    let rest = LedgerRow { rows_missing: 0, ..row.clone() }.objections();
    let gone = match row.objects_missing.line() {
        it if it.is_empty() => it,
        it => format!(": {it}"),
    };
    let short =
        format!("of {total} objects, {missing} have no access list, or not all of it{gone}");
    let parts = [(missing > 0).then_some(short), (!rest.is_empty()).then_some(rest)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
