//! A small piece of XML in memory.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::exchange::frame::MAX_FRAME;
use crate::exchange::reader::ReadError;
use crate::exchange::reader::xml::{cut_off, faulty, own_attributes, reference};

/// Deeper elements than this are damage.
const MAX_DEPTH: usize = 100;

/// An element with what is in it.
#[derive(Debug, Default)]
pub struct Tree {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Tree>,
}

impl Tree {
    fn begin(tag: &BytesStart<'_>) -> Self {
        let name = tag.local_name().as_ref().to_owned();
        Self { name, attributes: own_attributes(tag), ..Self::default() }
    }

    /// Without its prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    /// The text right in it.
    pub fn text(&self) -> String {
        self.text.trim().to_owned()
    }

    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name.
    pub fn child_text(&self, name: &str) -> String {
        self.all(name).next().map(Self::text).unwrap_or_default()
    }

    /// The first of a name, however deep.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }
}

/// Reads the rest of an element whose start tag was read.
pub fn read<R: BufRead>(reader: &mut Reader<R>, tag: &BytesStart<'_>) -> Result<Tree, ReadError> {
    let begun = reader.buffer_position();
    let mut open = vec![Tree::begin(tag)];
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| faulty("KML", &error))?;
        let Some(top) = open.last_mut() else { return Err(cut_off()) };
        match event {
            Event::Start(tag) => open.push(Tree::begin(&tag)),
            Event::Empty(tag) => top.children.push(Tree::begin(&tag)),
            Event::Text(text) => top.text.push_str(&text.xml10_content()),
            Event::CData(text) => top.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => top.text.push_str(&reference(&name)),
            Event::End(_) => {
                let Some(done) = open.pop() else { return Err(cut_off()) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Eof => return Err(cut_off()),
            _ => {}
        }
        if open.len() > MAX_DEPTH || reader.buffer_position() - begun > MAX_FRAME as u64 {
            return Err(faulty("KML", &"a placemark is too large"));
        }
    }
}
