//! Ways against what looking at everything finds.

use geo_types::{Coord, coord};
use rand::{RngExt, SeedableRng};

use super::*;

fn line(points: &[(f64, f64)]) -> Vec<Coord> {
    points.iter().map(|(x, y)| coord! { x: *x, y: *y }).collect()
}

fn network(lines: &[Vec<Coord>]) -> Network {
    Network::build(lines.iter().map(Vec::as_slice))
}

fn metres(network: &Network, from: (f64, f64), to: (f64, f64)) -> Option<f64> {
    let snap = |(x, y)| network.snap(coord! { x: x, y: y }, 50.0).expect("a road");
    network.spread(snap(from)).metres_to(&snap(to), 1e6)
}

fn close(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-6)
}

#[test]
fn roads_meet_at_shared_vertices_and_not_where_they_merely_cross() {
    let through = line(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]);
    let side = line(&[(100.3, 0.2), (100.0, 80.0)]);
    let bridge = line(&[(150.0, -50.0), (150.0, 50.0)]);
    let net = network(&[through, side, bridge]);
    assert_eq!(net.graph().edges().len(), 4);
    assert!(metres(&net, (0.0, 0.0), (100.0, 80.0)).is_some_and(|found| (found - 180.0).abs() < 0.5));
    assert_eq!(metres(&net, (0.0, 0.0), (150.0, 40.0)), None);
}

#[test]
fn a_road_that_ends_on_another_meets_it_there_though_that_has_no_vertex() {
    let through = line(&[(0.0, 0.0), (300.0, 0.0)]);
    let sides = [line(&[(100.0, 0.3), (100.0, 80.0)]), line(&[(200.0, -60.0), (200.0, -0.2)])];
    let net = network(&[through, sides[0].clone(), sides[1].clone()]);
    assert_eq!((net.graph().edges().len(), net.graph().largest_part()), (5, 1.0));
    assert!(metres(&net, (100.0, 80.0), (200.0, -60.0)).is_some_and(|found| (found - 240.0).abs() < 1.0));
}

#[test]
fn two_places_on_one_road_are_as_far_as_the_road_between_them_or_the_way_round() {
    let bow = line(&[(0.0, 0.0), (0.0, 100.0), (100.0, 100.0), (100.0, 0.0)]);
    assert!(close(metres(&network(std::slice::from_ref(&bow)), (0.0, 10.0), (100.0, 10.0)), 280.0));
    let ends = line(&[(0.0, 0.0), (100.0, 0.0)]);
    assert!(close(metres(&network(&[bow, ends]), (0.0, 10.0), (100.0, 10.0)), 120.0));
}

#[test]
fn a_ring_is_walked_the_shorter_way() {
    let ring = line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]);
    let net = network(&[ring]);
    assert!(close(metres(&net, (50.0, 0.0), (0.0, 30.0)), 80.0));
    let snap = |x, y| net.snap(coord! { x: x, y: y }, 1.0).expect("a road");
    let mut spread = net.spread(snap(50.0, 0.0));
    spread.metres_to(&snap(0.0, 30.0), 1e6).expect("a way");
    assert_eq!(spread.path_to(&snap(0.0, 30.0)), line(&[(50.0, 0.0), (0.0, 0.0), (0.0, 30.0)]));
}

#[test]
fn nothing_is_found_beyond_what_is_asked_and_without_roads() {
    let net = network(&[line(&[(0.0, 0.0), (1_000.0, 0.0)])]);
    let snap = |x| net.snap(coord! { x: x, y: 3.0 }, 50.0).expect("a road");
    assert_eq!(net.spread(snap(0.0)).metres_to(&snap(500.0), 499.0), None);
    assert!(close(net.spread(snap(0.0)).metres_to(&snap(500.0), 501.0), 500.0));
    assert_eq!(net.snap(coord! { x: 500.0, y: 60.0 }, 50.0), None);
    assert_eq!(net.snap(coord! { x: -9e9, y: f64::NAN }, 50.0), None);
    let none = network(&[]);
    assert!(none.is_empty());
    assert_eq!(none.snap(coord! { x: 0.0, y: 0.0 }, 50.0), None);
    // A road of a single point, or of points within a weld, is none.
    assert!(network(&[line(&[(0.0, 0.0)]), line(&[(5.0, 5.0), (5.1, 5.1)])]).is_empty());
}

/// The junctions a street joins, and its line.
type Street = (usize, usize, Vec<Coord>);

/// Random junctions, and streets between them, some bent.
fn town(random: &mut rand_pcg::Pcg64, junctions: usize) -> (Vec<Coord>, Vec<Street>) {
    let mut place = || coord! { x: random.random_range(0.0..3_000.0), y: random.random_range(0.0..3_000.0) };
    let nodes: Vec<Coord> = (0..junctions).map(|_| place()).collect();
    let bends: Vec<Coord> = (0..junctions * 2).map(|_| place()).collect();
    let streets = bends.into_iter().enumerate().map(|(nth, bend)| {
        let (a, b) = (nth % junctions, (nth * 7 + 1) % junctions);
        (a, b, if nth % 3 == 0 { vec![nodes[a], bend, nodes[b]] } else { vec![nodes[a], nodes[b]] })
    });
    let streets = streets.filter(|(a, b, _)| a != b).collect();
    (nodes, streets)
}

#[test]
fn every_way_is_as_short_as_the_shortest_of_all() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(5);
    for junctions in [3, 12, 40] {
        let (nodes, streets) = town(&mut random, junctions);
        // Every pair of junctions (Floyd 1962).
        let mut ways = vec![vec![f64::INFINITY; junctions]; junctions];
        for (a, b, line) in &streets {
            let length = line.windows(2).map(|pair| graph::between(pair[0], pair[1])).sum::<f64>();
            ways[*a][*b] = ways[*a][*b].min(length);
            ways[*b][*a] = ways[*b][*a].min(length);
        }
        for k in 0..junctions {
            ways[k][k] = 0.0;
            for i in 0..junctions {
                for j in 0..junctions {
                    ways[i][j] = ways[i][j].min(ways[i][k] + ways[k][j]);
                }
            }
        }
        let net = Network::build(streets.iter().map(|(_, _, line)| line.as_slice()));
        for from in (0..junctions).filter(|node| ways[*node].iter().filter(|way| way.is_finite()).count() > 1) {
            let start = net.snap(nodes[from], 0.1).expect("a road");
            let mut spread = net.spread(start);
            for to in 0..junctions {
                let Some(end) = net.snap(nodes[to], 0.1) else { continue };
                let found = spread.metres_to(&end, 1e9).unwrap_or(f64::INFINITY);
                let is_same = found == ways[from][to] || (found - ways[from][to]).abs() < 1e-6;
                assert!(is_same, "{from} to {to}: {found} is not {}", ways[from][to]);
                if found.is_finite() {
                    let path = spread.path_to(&end);
                    let drawn: f64 = path.windows(2).map(|pair| graph::between(pair[0], pair[1])).sum();
                    assert!((drawn - found).abs() < 1e-6, "{drawn} is drawn, {found} told");
                }
            }
        }
    }
}

#[test]
fn the_nearest_road_is_the_nearest_of_all() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(6);
    let (_, streets) = town(&mut random, 60);
    let net = Network::build(streets.iter().map(|(_, _, line)| line.as_slice()));
    for _ in 0..2_000 {
        let place = coord! { x: random.random_range(-400.0..3_400.0), y: random.random_range(-400.0..3_400.0) };
        let mut nearest = f64::INFINITY;
        net.graph().segments(|segment, _, _| nearest = nearest.min(net.graph().on_segment(segment, place).0));
        let found = net.snap(place, 150.0).map(|snap| snap.offset);
        assert_eq!(found, (nearest <= 150.0).then_some(nearest));
    }
}
