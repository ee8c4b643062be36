//! A reminder is written to everybody of the organisation who may resolve defects.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde_json::json;
use uuid::Uuid;

use super::{REMINDERS, Reminder, rule, store};
use crate::feature::FeatureId;
use crate::identity::Action;
use crate::identity::accounts::store::{AccountRow, account};
use crate::mail::{MailError, NewMail, post};
use crate::store::Transaction;
use crate::store::actors::{Actor, ActorKind};
use crate::store::jobs::Job;
use crate::store::transaction::NewChangeset;
use crate::texts::Language;
use crate::upkeep::defects::{Defect, store::assigned_to};
use crate::upkeep::words::day;
use crate::upkeep::{UPKEEP, Upkeep};
use crate::work::jobs::{Handler, Undone};

/// Defects that a mail names one by one; of further ones it says how many there are.
const NAMED: usize = 10;

/// Does the jobs of organisations that are to be reminded.
#[derive(Debug)]
pub struct Reminders(pub Arc<Upkeep>);

impl Handler for Reminders {
    fn queue(&self) -> &'static str {
        REMINDERS
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.remind(job))
    }
}

impl Reminders {
    async fn remind(&self, job: &Job) -> Result<(), Undone> {
        let never = |error: serde_json::Error| Undone::Never(format!("the job names no organisation: {error}"));
        let Reminder { organisation, day } = serde_json::from_value(job.payload.clone()).map_err(never)?;
        let upkeep = &self.0;
        let today = day.max(upkeep.clock.today());
        let people = self.people(organisation).await?;
        let mut transaction = upkeep.editor.spine.store.begin(&changeset()).await?;
        transaction.end_job(job).await?;
        let by = upkeep.editor.district.reminding;
        let open = assigned_to(&mut transaction, organisation).await?;
        let due: Vec<Defect> =
            open.into_iter().filter(|defect| defect.due_on.is_some_and(|due| rule::is_told(due, today, by))).collect();
        let Some(named) = upkeep.directory.organisation(organisation).filter(|_| !due.is_empty()) else {
            // Resolved meanwhile, or due later than it was.
            upkeep.plan_reminder(&mut transaction, organisation, today).await?;
            transaction.commit().await?;
            return Ok(());
        };
        for person in &people {
            self.write(&mut transaction, person, &named.name, &due, today).await?;
        }
        store::note(&mut transaction, organisation, today).await?;
        upkeep.plan_reminder(&mut transaction, organisation, today).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Those of an organisation who may resolve defects and can sign in.
    async fn people(&self, organisation: Uuid) -> Result<Vec<AccountRow>, Undone> {
        let directory = &self.0.directory;
        let may = |role: &str| {
            directory.roles().get(role).is_some_and(|role| role.grants.iter().any(|it| it.actions.has(Action::Inspect)))
        };
        let members =
            directory.memberships().into_iter().filter(|one| one.organisation == organisation && may(&one.role));
        let mut ids: Vec<Uuid> = members.map(|one| one.account).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut people = Vec::with_capacity(ids.len());
        for id in ids {
            let person = account(&self.0.editor.spine.store, id).await?;
            people.extend(person.filter(|one| one.disabled_at.is_none() && one.erased_at.is_none()));
        }
        Ok(people)
    }

    async fn write(
        &self,
        transaction: &mut Transaction,
        person: &AccountRow,
        organisation: &str,
        due: &[Defect],
        today: NaiveDate,
    ) -> Result<(), Undone> {
        let Some(Ok(to)) = person.mail.as_deref().map(str::parse) else { return Ok(()) };
        let upkeep = &self.0;
        let overdue = due.iter().filter(|defect| defect.due_on.is_some_and(|due| due < today)).count();
        let mut lines: Vec<String> = due.iter().take(NAMED).map(|defect| self.line(defect, person.language)).collect();
        if due.len() > NAMED {
            lines.push("…".to_owned());
        }
        let gate = &upkeep.gate;
        let base = gate.public_url().map_or_else(|| format!("http://{}", gate.listen()), str::to_owned);
        let params = json!({
            "name": person.name, "district": upkeep.editor.district.name, "organisation": organisation, "count": due.len(),
            "overdue": overdue, "defects": lines.join("; "), "link": format!("{base}/desk"),
        });
        let mail = NewMail { template: "defects-due", to, account: Some(person.id), language: person.language, params };
        match post(transaction, &mail).await {
            Ok(_) => Ok(()),
            Err(MailError::Store(error)) => Err(error.into()),
            Err(other) => Err(Undone::Never(other.to_string())),
        }
    }

    /// A defect in a line: the object's number, what is the matter, until when.
    fn line(&self, defect: &Defect, language: Language) -> String {
        let words = &self.0.words;
        let (kind, until) = (words.defect(&defect.kind), defect.due_on.map(day));
        let number = self.number(defect).unwrap_or_else(|| defect.object.to_string());
        let until = until.map(|day| format!(" ({})", day.in_language(language))).unwrap_or_default();
        format!("{number}: {}{until}", kind.in_language(language))
    }

    fn number(&self, defect: &Defect) -> Option<String> {
        let snapshot = self.0.editor.spine.index.snapshot_of(&defect.collection)?;
        let k = snapshot.collection().reference?;
        snapshot.get(FeatureId(defect.object))?.row().get(k).as_text().map(str::to_owned)
    }
}

fn changeset() -> NewChangeset {
    NewChangeset {
        actor: Actor::Named { kind: ActorKind::Timer, label: format!("{UPKEEP} {REMINDERS}") },
        domain: UPKEEP,
        kind: "reminder",
        reason: "Erinnerung an fällige Mängel.".to_owned(),
        source: None,
        undoes: None,
    }
}
