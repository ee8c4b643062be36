//! The description of an operation in the words of OpenAPI, piece by piece. Each domain describes its operations in a
//! `describe.rs` with what is here; the document is put together from all of them.

use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};

use super::schema;
use crate::collection::{Catalogue, Collection, District, Language, Visibility};

/// Tags of several domains: what there is, maps for programs and for eyes, the search, accounts, and how the server does.
pub const CAPABILITIES: &str = "Capabilities";
pub const TILES: &str = "Tiles";
pub const MAPS: &str = "Maps";
pub const SEARCH: &str = "Search";
pub const ACCOUNTS: &str = "Accounts";
pub const OPERATING: &str = "Operating";

/// Type of a page.
pub const PAGE: &str = "text/html";
/// The media type of what programs send and are sent.
pub const JSON: &str = "application/json";
/// The media type of problems (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// The versions of OpenAPI that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V3_0,
    V3_1,
}

/// What descriptions depend on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub catalogue: &'a Catalogue,
    pub district: &'a District,
    pub language: Language,
    pub version: Version,
}

impl<'a> Context<'a> {
    /// The collections everybody may know of: descriptions are the same for everybody.
    pub fn collections(&self) -> impl Iterator<Item = &'a Collection> + use<'a> {
        let all = self.catalogue.collections().iter().map(|collection| &**collection);
        all.filter(|collection| collection.visibility == Visibility::Public)
    }

    /// The parts of collections everybody may know of, each with the name of what it is a part of.
    pub fn parts(&self) -> impl Iterator<Item = (&'a Collection, &'a str)> + use<'a> {
        let collections = self.catalogue.collections();
        let all = self.catalogue.parts().iter().map(|part| (&*part.collection, &*collections[part.whole].name));
        all.filter(|(part, _)| part.visibility == Visibility::Public)
    }
}

/// What an operation takes, and what it answers.
#[derive(Debug, Clone)]
pub struct Spec {
    tag: String,
    summary: String,
    description: Option<String>,
    id: Option<String>,
    address: Option<String>,
    parameters: Vec<Json>,
    body: Option<Json>,
    responses: Map<String, Json>,
    schemas: Map<String, Json>,
}

/// An operation in the words of OpenAPI.
#[derive(Debug)]
pub struct Written {
    pub address: String,
    pub operation: Json,
    /// The components it refers to that are not part of every document: the schemas of types, in the words of OpenAPI 3.1.
    pub schemas: Map<String, Json>,
}

impl Spec {
    /// Nothing but what it is about, in a few words.
    pub fn new(tag: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            tag: tag.into(),
            summary: summary.into(),
            description: None,
            id: None,
            address: None,
            parameters: Vec::new(),
            body: None,
            responses: Map::new(),
            schemas: Map::new(),
        }
    }

    /// What the summary leaves open.
    #[must_use]
    pub fn explained(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// At an address of its own, under a name of its own: where an operation is described as several.
    #[must_use]
    pub fn at(self, address: impl Into<String>, id: impl Into<String>) -> Self {
        Self { address: Some(address.into()), id: Some(id.into()), ..self }
    }

    /// One more parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Json) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// More parameters.
    #[must_use]
    pub fn parameters(mut self, parameters: impl IntoIterator<Item = Json>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// What must be sent.
    #[must_use]
    pub fn body(self, media: &str, schema: &Json) -> Self {
        Self { body: Some(json!({ "required": true, "content": { media: { "schema": schema } } })), ..self }
    }

    /// What must be sent as JSON, under a name among the components.
    #[must_use]
    pub fn takes(mut self, name: &str, schema: Json) -> Self {
        self.schemas.insert(name.to_owned(), schema);
        self.body(JSON, &reference("schemas", name))
    }

    /// What is answered as JSON with a status, as the type that is answered has it.
    #[must_use]
    pub fn gives<T: JsonSchema>(mut self, status: &str, description: &str) -> Self {
        let (schema, components) = schema::of::<T>();
        self.schemas.extend(components);
        self.answers(status, answer(description, JSON, &schema))
    }

    /// With a status that is described already, a problem may come, too.
    #[must_use]
    pub fn or_problem(mut self, status: &str) -> Self {
        let described = self.responses.entry(status).or_insert_with(|| json!({ "description": "A problem" }));
        described["content"][PROBLEM] = json!({ "schema": reference("schemas", "problem") });
        self
    }

    /// What is answered with a status.
    #[must_use]
    pub fn answers(mut self, status: &str, answer: Json) -> Self {
        self.responses.insert(status.to_owned(), answer);
        self
    }

    /// What is answered where all is well: another representation of it, if that is told already.
    #[must_use]
    pub fn found(mut self, description: &str, media: &str, schema: &Json) -> Self {
        let found = self.responses.entry("200").or_insert_with(|| json!({ "description": description }));
        found["content"][media] = json!({ "schema": schema });
        self
    }

    /// The same as a page, for people who ask for it.
    #[must_use]
    pub fn or_page(self) -> Self {
        self.found("The page", PAGE, &json!({ "type": "string" }))
    }

    /// A problem it answers with that is told of it alone.
    #[must_use]
    pub fn refuses(self, status: &str, description: &str) -> Self {
        self.answers(status, answer(description, PROBLEM, &reference("schemas", "problem")))
    }

    /// A problem it answers with, by its name among the components, unless that status is described already.
    #[must_use]
    pub fn refused(mut self, status: &str, name: &str) -> Self {
        self.responses.entry(status).or_insert_with(|| reference("responses", name));
        self
    }

    /// All of it. Parts of the address that nobody has described are texts.
    pub(super) fn written(self, id: &str, address: &str) -> Written {
        let address = self.address.unwrap_or_else(|| address.to_owned());
        let mut parameters = self.parameters;
        for name in parts_of(&address) {
            let is_it = |parameter: &Json| {
                let refers = reference("parameters", name);
                parameter["name"] == name && parameter["in"] == "path" || *parameter == refers
            };
            if !parameters.iter().any(is_it) {
                parameters.push(in_path(name, json!({ "type": "string" })));
            }
        }
        let mut operation = json!({
            "tags": [self.tag], "summary": self.summary, "operationId": self.id.unwrap_or_else(|| id.to_owned()),
            "responses": self.responses,
        });
        if let Some(description) = self.description {
            operation["description"] = json!(description);
        }
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        Written { address, operation, schemas: self.schemas }
    }
}

/// The names of the parts of an address that differ.
pub fn parts_of(address: &str) -> impl Iterator<Item = &str> {
    address.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// A reference to a component.
pub fn reference(kind: &str, name: &str) -> Json {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// An answer with a body.
pub fn answer(description: &str, media: &str, schema: &Json) -> Json {
    json!({ "description": description, "content": { media: { "schema": schema } } })
}

/// Some object or other, where what it holds is not described.
pub fn object() -> Json {
    json!({ "type": "object" })
}

/// An answer without a body.
pub fn done() -> Json {
    json!({ "description": "Done" })
}

/// An object with these members and no others.
pub fn closed_object(required: &[&str], members: &Json) -> Json {
    json!({ "type": "object", "required": required, "properties": members, "additionalProperties": false })
}

/// The schema of a text.
pub fn string() -> Json {
    json!({ "type": "string" })
}

/// A file.
pub fn binary() -> Json {
    json!({ "type": "string", "format": "binary" })
}

/// A parameter of the query.
pub fn in_query(name: &str, description: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// The same, where nothing can be done without it.
pub fn needed(name: &str, description: &str, schema: Json) -> Json {
    let mut parameter = in_query(name, description, schema);
    parameter["required"] = json!(true);
    parameter
}

/// A part of the address.
pub fn in_path(name: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

/// A text in the query.
pub fn text(name: &str, description: &str) -> Json {
    in_query(name, description, json!({ "type": "string" }))
}

/// A number in the query, and its limits.
pub fn number(name: &str, description: &str, minimum: f64, maximum: f64) -> Json {
    in_query(name, description, json!({ "type": "number", "minimum": minimum, "maximum": maximum }))
}

/// Some values in the query, apart by commas.
pub fn in_list(name: &str, description: &str, schema: Json) -> Json {
    let mut parameter = in_query(name, description, schema);
    (parameter["style"], parameter["explode"]) = (json!("form"), json!(false));
    parameter
}

/// One of some words in the query; the first is meant where none is given.
pub fn choice(name: &str, description: &str, words: &[&str]) -> Json {
    in_query(name, description, json!({ "type": "string", "enum": words, "default": words.first() }))
}

/// The same, where the words say enough.
pub fn word(name: &str, words: &[&str]) -> Json {
    json!({ "name": name, "in": "query", "schema": { "type": "string", "enum": words, "default": words.first() } })
}

/// One of some words in the address.
pub fn word_in_path(name: &str, words: &[&str]) -> Json {
    in_path(name, json!({ "type": "string", "enum": words }))
}

/// A text in the address.
pub fn text_in_path(name: &str, description: &str) -> Json {
    let mut parameter = in_path(name, json!({ "type": "string" }));
    parameter["description"] = json!(description);
    parameter
}

/// A number in the address: 0, 1, 2, …
pub fn whole_in_path(name: &str) -> Json {
    in_path(name, json!({ "type": "integer", "minimum": 0 }))
}

/// How many are given at once; more than `most` are not.
pub fn limit(most: usize, default: usize) -> Json {
    let description = format!("More than {most} are not given at once");
    in_query("limit", &description, json!({ "type": "integer", "minimum": 1, "default": default }))
}
