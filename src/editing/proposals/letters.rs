//! Who is sent a mail about a proposal: those who may decide about it when it comes, its author when it is decided. A mail is
//! part of the change that it tells of.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::store::{Reader, author, readers};
use super::{Docket, Proposal, ProposedEdit, State, Words};
use crate::collection::{Catalogue, Collection, Language};
use crate::editing::approval::{self, Net};
use crate::editing::compare::packed;
use crate::editing::{EditError, Places};
use crate::feature::{Row, Value};
use crate::mail::{self, MailError, NewMail};
use crate::store::features::FeatureState;
use crate::store::{StoreError, Transaction};

/// So many are written to about one proposal.
const MOST_READERS: usize = 50;
/// Characters of a piece of text in a mail: what people write is cut there, not how many there are.
const MOST_CHARACTERS: usize = 500;

/// The proposals, and what mails about them are made with.
#[derive(Debug)]
pub struct Letters {
    pub docket: Arc<Docket>,
    pub catalogue: Arc<Catalogue>,
    /// The name of the district.
    pub district: String,
    /// The address people reach the server by, without a slash at its end.
    pub base: String,
}

/// What a mail says of a proposal, in the language of who reads it.
struct Told<'a> {
    collection: &'a Collection,
    state: &'a FeatureState,
    edits: usize,
}

impl Letters {
    /// Asks those who may decide.
    pub(super) async fn made(
        &self,
        transaction: &mut Transaction,
        proposal: &Proposal,
        edits: &[Net<'_>],
        (reason, places): (&str, &Places),
    ) -> Result<(), EditError> {
        let mut accounts = self.docket.deciders(proposal, places);
        accounts.truncate(MOST_READERS);
        let all = readers(transaction, &accounts).await?;
        // The edit that takes a second person is the one to tell of.
        let Some(first) = edits.iter().find(|net| approval::asks(net)).or(edits.first()) else { return Ok(()) };
        let Some(state) = first.before.or(first.after) else { return Ok(()) };
        let author = author(transaction).await?;
        let told = Told { collection: first.collection, state, edits: edits.len() };
        let metres = approval::moved(
            first.before.and_then(|it| it.geometry.as_ref()),
            first.after.and_then(|it| it.geometry.as_ref()),
        );
        for reader in all {
            let mut params = self.about(&told, &reader);
            params["author"] = json!(plain(&author));
            params["reason"] = json!(plain(reason));
            params["deletes"] = json!(u8::from(first.after.is_none()));
            params["metres"] = json!(if first.after.is_some() && metres.is_finite() { metres.round() } else { 0.0 });
            params["values"] = json!(values_set(first, reader.language));
            self.post(transaction, "proposal-made", &reader, params).await?;
        }
        Ok(())
    }

    /// Tells the author what has become of it.
    pub(super) async fn decided(
        &self,
        transaction: &mut Transaction,
        proposal: &Proposal,
        edits: &[ProposedEdit],
        (answer, words): (Option<&str>, &Words),
    ) -> Result<(), StoreError> {
        let Some(account) = self.docket.person_of(proposal.actor) else { return Ok(()) };
        let Some(reader) = readers(transaction, &[account]).await?.pop() else { return Ok(()) };
        let Some(first) = edits.first() else { return Ok(()) };
        let (Some(collection), Some(state)) =
            (self.catalogue.get(&first.collection), first.before.as_ref().or(first.after.as_ref()))
        else {
            return Ok(());
        };
        let by = author(transaction).await?;
        let mut params = self.about(&Told { collection, state, edits: edits.len() }, &reader);
        params["by"] = json!(plain(&by));
        params["reason"] = json!(plain(&words.reason));
        params["answer"] = json!(plain(answer.unwrap_or_default()));
        let template = if proposal.state == State::Approved { "proposal-approved" } else { "proposal-refused" };
        self.post(transaction, template, &reader, params).await
    }

    fn about(&self, told: &Told<'_>, reader: &Reader) -> Json {
        let Told { collection, state, edits } = told;
        json!({
            "name": plain(&reader.name),
            "district": self.district,
            "object": object(collection, state, reader.language),
            "count": edits,
            "link": format!("{}/desk/{}/{}", self.base, collection.name, state.id),
        })
    }

    async fn post(
        &self,
        transaction: &mut Transaction,
        template: &str,
        reader: &Reader,
        params: Json,
    ) -> Result<(), StoreError> {
        let Ok(to) = reader.mail.parse() else { return Ok(()) };
        let new = NewMail { template, to, account: Some(reader.account), language: reader.language, params };
        match mail::post(transaction, &new).await {
            Ok(_) => Ok(()),
            Err(MailError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(%error, template, "a mail about a proposal cannot be written");
                Ok(())
            }
        }
    }
}

/// What people call a feature: its collection, and its number if it has one.
fn object(collection: &Collection, state: &FeatureState, language: Language) -> String {
    let row = packed(collection, state);
    let number = collection.reference.and_then(|k| Row::new(&row).get(k).as_text());
    let title = collection.title.in_language(language);
    plain(&number.map_or_else(|| title.to_owned(), |number| format!("{title}: {number}")))
}

/// The values it sets that take a second person, in words.
fn values_set(net: &Net<'_>, language: Language) -> String {
    let (Some(before), Some(after)) = (net.before, net.after) else { return String::new() };
    let [before, after] = [before, after].map(|state| packed(net.collection, state));
    let set = net.collection.approval.set.iter().filter_map(|(k, _)| {
        let (old, new) = (Row::new(&before).get(*k), Row::new(&after).get(*k));
        let property = &net.collection.properties[*k];
        let word = match (new, property.codes()) {
            (Value::Code(position), Some(list)) => list.label(position, language),
            _ => return None,
        };
        (old != new).then(|| format!("{}: {word}", property.title.in_language(language)))
    });
    plain(&set.collect::<Vec<_>>().join(", "))
}

/// A text that fits into a mail: one line.
fn plain(text: &str) -> String {
    let breaks = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    text.chars().take(MOST_CHARACTERS).map(|it| if breaks(it) { ' ' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_one_line_in_a_mail_and_not_endless() {
        assert_eq!(plain("a\r\nBcc: all@example.org\u{2028}b"), "a  Bcc: all@example.org b");
        assert_eq!(plain(&"ä".repeat(2_000)).chars().count(), MOST_CHARACTERS);
    }
}
