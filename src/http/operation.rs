//! What can be asked of the server: an operation is a method at an address, and says what a caller needs for it and how it
//! is described. [`Routes`](super::Routes) takes nothing else, so there is no route without one.

use axum::extract::Request;
use axum::http::Method;
use serde_json::json;

use super::spec::{Context, Spec, Written};
use super::{Gate, Limit, Problem, caller};
use crate::identity::{Action, Caller, Denied};

/// What a caller must have before a handler is asked. It answers "never", not "here": which collection, place or field a
/// request is about only the handler knows, and it asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: everybody may ask, and the answer holds what the caller may see.
    Nothing,
    /// The right to do this somewhere.
    Action(Action),
    /// The right to do one of these somewhere.
    OneOf(&'static [Action]),
    /// The right to do this in the whole district: what is of no place and of no collection.
    District(Action),
    /// An account, of whatever rights.
    Account,
    /// An account with the right to do this somewhere: what no program does, which has a token.
    AccountFor(Action),
}

impl Needs {
    /// By which of the security schemes of the description a caller can show it; by none where nothing is needed.
    fn secrets(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Action(_) | Self::OneOf(_) | Self::District(_) => &["token", "session"],
            Self::Account | Self::AccountFor(_) => &["session"],
        }
    }

    /// Does the caller have it?
    ///
    /// # Errors
    /// What is missing.
    pub fn met_by(self, caller: &Caller) -> Result<(), Denied> {
        match self {
            Self::Nothing => Ok(()),
            Self::Action(action) => caller.could(action),
            Self::OneOf(actions) => {
                let mut asked = actions.iter().map(|action| caller.could(*action));
                let first = asked.next().unwrap_or(Err(Denied::Anonymous));
                if first.is_ok() || asked.any(|may| may.is_ok()) { Ok(()) } else { first }
            }
            Self::District(action) => caller.could_everywhere(action),
            Self::Account => caller.signed_in(),
            Self::AccountFor(action) => caller.signed_in().and_then(|()| caller.could(action)),
        }
    }
}

/// How an operation is described.
#[derive(Debug, Clone, Copy)]
enum Description {
    /// Not at all.
    None,
    /// As one.
    One(fn(&Context<'_>) -> Spec),
    /// As several, each with its id and address: one for every collection, say.
    Many(fn(&Context<'_>) -> Vec<Spec>),
}

/// A method at an address.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    /// `{…}` are the parts that differ.
    pub address: &'static str,
    /// The name that programs made from the description call it by.
    pub id: &'static str,
    pub needs: Needs,
    /// What it counts for; whatever changes something counts as writing where nothing else is said.
    pub limit: Option<Limit>,
    description: Description,
}

impl Operation {
    /// An operation that reads, as often as one likes. `HEAD` comes with it.
    pub fn get(id: &'static str, address: &'static str, needs: Needs) -> Self {
        Self::new(Method::GET, id, address, needs)
    }

    /// An operation that makes or does something.
    pub fn post(id: &'static str, address: &'static str, needs: Needs) -> Self {
        Self::new(Method::POST, id, address, needs)
    }

    /// An operation that replaces something.
    pub fn put(id: &'static str, address: &'static str, needs: Needs) -> Self {
        Self::new(Method::PUT, id, address, needs)
    }

    /// An operation that changes parts of something.
    pub fn patch(id: &'static str, address: &'static str, needs: Needs) -> Self {
        Self::new(Method::PATCH, id, address, needs)
    }

    /// An operation that takes something away.
    pub fn delete(id: &'static str, address: &'static str, needs: Needs) -> Self {
        Self::new(Method::DELETE, id, address, needs)
    }

    /// A file that only pages of this server fetch; it needs nothing and is not described.
    pub fn file(id: &'static str, address: &'static str) -> Self {
        Self::new(Method::GET, id, address, Needs::Nothing)
    }

    /// An operation that tells what a caller may do; it needs nothing and is not described.
    pub fn options(id: &'static str, address: &'static str) -> Self {
        Self::new(Method::OPTIONS, id, address, Needs::Nothing)
    }

    fn new(method: Method, id: &'static str, address: &'static str, needs: Needs) -> Self {
        let limit = (!method.is_safe()).then_some(Limit::Write);
        Self { method, address, id, needs, limit, description: Description::None }
    }

    /// The same, counted for a limit.
    #[must_use]
    pub fn limited(self, limit: Limit) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// The same, described.
    #[must_use]
    pub fn described(self, spec: fn(&Context<'_>) -> Spec) -> Self {
        Self { description: Description::One(spec), ..self }
    }

    /// The same, described as several operations.
    #[must_use]
    pub fn described_as(self, specs: fn(&Context<'_>) -> Vec<Spec>) -> Self {
        Self { description: Description::Many(specs), ..self }
    }

    /// Is it described?
    pub fn is_described(&self) -> bool {
        !matches!(self.description, Description::None)
    }

    /// Its descriptions in the words of OpenAPI.
    pub fn specs(&self, context: &Context<'_>) -> Vec<Written> {
        let specs = match self.description {
            Description::None => Vec::new(),
            Description::One(spec) => vec![spec(context)],
            Description::Many(specs) => specs(context),
        };
        specs.into_iter().map(|spec| self.finished(spec)).collect()
    }

    /// With what follows from the declaration: id, path parameters, and what callers are refused with.
    fn finished(&self, spec: Spec) -> Written {
        let spec = if self.limit.is_some() { spec.refused("429", "TooManyRequests") } else { spec };
        let secrets = self.needs.secrets();
        if secrets.is_empty() {
            return spec.written(self.id, self.address);
        }
        let spec = spec.refused("401", "Unauthenticated").refused("403", "Forbidden");
        let mut written = spec.written(self.id, self.address);
        written.operation["security"] = secrets.iter().map(|name| json!({ *name: [] })).collect();
        written
    }

    /// True if everybody may ask as often as they like.
    pub(super) fn is_open(&self) -> bool {
        self.needs == Needs::Nothing && self.limit.is_none()
    }

    /// Lets a request through whose caller has what is needed, and has not asked too often.
    pub(super) fn admit(&self, request: &Request, gate: &Gate) -> Result<(), Problem> {
        let caller = caller::of(request.method(), request.headers(), gate);
        let caller = match self.needs {
            // Whoever is not known counts as everybody at their address; what is wrong with the token the handler says.
            Needs::Nothing => caller.unwrap_or_default(),
            needs => {
                let caller = caller?;
                needs.met_by(&caller)?;
                caller
            }
        };
        self.limit.map_or(Ok(()), |limit| gate.count(limit, &caller, request))
    }
}
