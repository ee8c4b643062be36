//! The parameter `at` of every door that takes a place as a text.

use std::sync::Arc;

use super::Search;
use super::place::Located;
use crate::collection::Language;
use crate::collection::locate::locate;
use crate::http::{Parameters, Problem, Wrong};
use crate::identity::Caller;
use crate::work::effort::MILLISECOND;
use crate::work::{Effort, Kind};

/// Longest text that is read as a place, in characters.
const LONGEST: usize = 500;

impl Search {
    /// The place that `at` names; `None` without it, or with a fault that is kept with the parameters. Looking long for it is
    /// work of this kind.
    ///
    /// # Errors
    /// 503 if too much of that waits already.
    pub async fn at(
        self: &Arc<Self>,
        caller: &Caller,
        parameters: &mut Parameters,
        language: Language,
        kind: Kind,
    ) -> Result<Option<Located>, Problem> {
        let Some(text) = parameters.take("at") else { return Ok(None) };
        if text.chars().count() > LONGEST {
            parameters.wrong("at", &Wrong::TooLong { most: LONGEST });
            return Ok(None);
        }
        self.lookup.ready().await;
        let steps = self.lookup.steps(&text);
        let is_long = steps > MILLISECOND && locate(&self.district, &text).is_err();
        let (finder, caller) = (self.clone(), caller.clone());
        let find = move || finder.lookup.place(&finder.index, &text, |collection| caller.sees(collection), language);
        let work = move |effort: &Effort| {
            effort.spend(steps);
            find()
        };
        let place = if is_long { self.work.run(kind, work).await? } else { work(&Effort::new()) };
        Ok(match place {
            Ok(located) => Some(located),
            Err(unplaced) => {
                parameters.refuse("at", unplaced.code, unplaced.told, &unplaced.candidates);
                None
            }
        })
    }
}
