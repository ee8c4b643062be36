//! The server as its users and operators see it, address by address. One binary, so that it is linked once.

mod accounts;
mod bad_input;
mod capabilities;
mod cartography;
mod changesets;
mod cost;
mod crew_map;
mod crs;
mod doors;
mod editing;
mod events;
mod exchange;
mod filters;
mod firewater;
mod history;
mod items;
mod map_images;
mod offline;
mod openapi;
mod operating;
mod portal;
mod register_views;
mod search;
mod support;
mod tiles;
mod visibility;
