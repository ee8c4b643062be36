//! OSM data by hand, as XML and as PBF (<https://wiki.openstreetmap.org/wiki/PBF_Format>): one block, not compressed.

pub struct Node {
    pub id: i64,
    /// Longitude, latitude.
    pub at: (f64, f64),
    pub tags: Vec<(&'static str, &'static str)>,
}

pub struct Way {
    pub id: i64,
    /// Id, longitude, latitude.
    pub nodes: Vec<(i64, f64, f64)>,
    pub tags: Vec<(&'static str, &'static str)>,
}

type Tags = [(&'static str, &'static str)];
/// Id, longitude, latitude, tags.
type PlainNode = (i64, f64, f64, Vec<(&'static str, &'static str)>);

/// All nodes by rising id, those of the ways without tags, each once.
fn all_nodes(nodes: &[Node], ways: &[&Way]) -> Vec<PlainNode> {
    let mut all: Vec<_> = nodes.iter().map(|node| (node.id, node.at.0, node.at.1, node.tags.clone())).collect();
    for (id, lon, lat) in ways.iter().flat_map(|way| &way.nodes) {
        if all.iter().all(|known| known.0 != *id) {
            all.push((*id, *lon, *lat, Vec::new()));
        }
    }
    all.sort_by_key(|node| node.0);
    all
}

pub fn xml(nodes: &[Node], ways: &[&Way]) -> String {
    let tags = |tags: &Tags| tags.iter().map(|(k, v)| format!("<tag k=\"{k}\" v=\"{v}\"/>")).collect::<String>();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\">\n".to_owned();
    for (id, lon, lat, own) in all_nodes(nodes, ways) {
        text += &format!("<node id=\"{id}\" lat=\"{lat}\" lon=\"{lon}\" version=\"1\">{}</node>\n", tags(&own));
    }
    for way in ways {
        let refs: String = way.nodes.iter().map(|(id, ..)| format!("<nd ref=\"{id}\"/>")).collect();
        text += &format!("<way id=\"{}\" version=\"1\">{refs}{}</way>\n", way.id, tags(&way.tags));
    }
    text + "</osm>\n"
}

pub fn pbf(nodes: &[Node], ways: &[&Way]) -> Vec<u8> {
    let mut strings: Vec<&'static str> = vec![""];
    let mut group = Vec::new();
    for (id, lon, lat, tags) in all_nodes(nodes, ways) {
        let mut node = Vec::new();
        number(&mut node, 1, zigzag(id));
        tag_lists(&mut node, &tags, &mut strings);
        // In units of 100 nanodegrees, the default.
        number(&mut node, 8, zigzag((lat * 1e7).round() as i64));
        number(&mut node, 9, zigzag((lon * 1e7).round() as i64));
        bytes(&mut group, 1, &node);
    }
    let mut way_group = Vec::new();
    for way in ways {
        let mut message = Vec::new();
        number(&mut message, 1, way.id.cast_unsigned());
        tag_lists(&mut message, &way.tags, &mut strings);
        let (mut refs, mut last) = (Vec::new(), 0);
        for (id, ..) in &way.nodes {
            varint(&mut refs, zigzag(id - last));
            last = *id;
        }
        bytes(&mut message, 8, &refs);
        bytes(&mut way_group, 3, &message);
    }
    let (mut table, mut block) = (Vec::new(), Vec::new());
    strings.iter().for_each(|text| bytes(&mut table, 1, text.as_bytes()));
    bytes(&mut block, 1, &table);
    bytes(&mut block, 2, &group);
    bytes(&mut block, 2, &way_group);
    let mut header = Vec::new();
    bytes(&mut header, 4, b"OsmSchema-V0.6");
    [blob("OSMHeader", &header), blob("OSMData", &block)].concat()
}

fn tag_lists(message: &mut Vec<u8>, tags: &Tags, strings: &mut Vec<&'static str>) {
    // GDAL takes empty lists for damage.
    if tags.is_empty() {
        return;
    }
    let mut list = |words: Vec<&'static str>| {
        let mut list = Vec::new();
        for word in words {
            let known = strings.iter().position(|known| *known == word);
            let at = known.unwrap_or_else(|| {
                strings.push(word);
                strings.len() - 1
            });
            varint(&mut list, at as u64);
        }
        list
    };
    let (keys, values) = (list(tags.iter().map(|tag| tag.0).collect()), list(tags.iter().map(|tag| tag.1).collect()));
    bytes(message, 2, &keys);
    bytes(message, 3, &values);
}

fn blob(kind: &str, raw: &[u8]) -> Vec<u8> {
    let (mut blob, mut header) = (Vec::new(), Vec::new());
    bytes(&mut blob, 1, raw);
    number(&mut blob, 2, raw.len() as u64);
    bytes(&mut header, 1, kind.as_bytes());
    number(&mut header, 3, blob.len() as u64);
    [(header.len() as u32).to_be_bytes().as_slice(), &header, &blob].concat()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}
