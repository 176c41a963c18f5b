/** The map itself: Leaflet on a canvas, which bears ten thousand markers. It needs no images. */
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import type { Geometry } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import fine from "world-atlas/countries-50m.json?url";
import coarse from "world-atlas/countries-110m.json?url";
import { byUrgency, type MapStatus } from "./mapStatus.ts";
import type { Position } from "./positions.ts";

export interface Colours {
  status: Readonly<Record<MapStatus, string>>;
  land: string;
  border: string;
}

interface Options {
  tiles: { url: string } | null;
  /** What is said of stations that stand so close that one cannot point at each: an element, never HTML. */
  popup: (stations: readonly Position[]) => HTMLElement;
  /** Called with the stations that are in view, the most urgent first, whenever that changes. */
  moved: (inView: readonly Position[]) => void;
  texts: { zoomIn: string; zoomOut: string };
}

/** How a status looks beside its colour: told apart by size, ring and filling. */
const SHAPES: Readonly<Record<MapStatus, L.CircleMarkerOptions>> = {
  available: { radius: 6, weight: 1.5, fillOpacity: 0.9 },
  charging: { radius: 7, weight: 5, fillOpacity: 0 },
  faulted: { radius: 10, weight: 1.5, fillOpacity: 0.9 },
  offline: { radius: 5, weight: 2, fillOpacity: 0, dashArray: "3 3" },
};
/** From here on the coarse outlines look coarse. */
const FINE_ZOOM = 5;
const LONGEST_JUMP_ZOOM = 12;
/** Markers whose centres are closer than this lie upon each other. */
const CLOSE_PX = 12;
/** Tiles' owners want to know whose page they are on; which page it is stays here. */
const REFERRER = "strict-origin";

export class StationsMap {
  private readonly map: L.Map;
  private readonly markers = new Map<string, { marker: L.CircleMarker; position: Position }>();
  private readonly layer = L.layerGroup();
  private land: L.GeoJSON | undefined;
  private isFine = false;
  private isPlaced = false;
  private colours: Colours;
  private readonly options: Options;

  constructor(element: HTMLElement, colours: Colours, options: Options) {
    this.colours = colours;
    this.options = options;
    this.map = L.map(element, {
      preferCanvas: true,
      attributionControl: false,
      zoomControl: false,
      minZoom: 1,
      maxZoom: 18,
      worldCopyJump: true,
    }).setView([30, 10], 2);
    const { zoomIn, zoomOut } = options.texts;
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(this.map);
    // Below the markers, and drawn for itself: a marker that changes does not have the land drawn anew.
    this.map.createPane("land").style.zIndex = "250";
    this.layer.addTo(this.map);
    if (options.tiles) L.tileLayer(options.tiles.url, { referrerPolicy: REFERRER }).addTo(this.map);
    else {
      void this.drawLand(coarse);
      this.map.on("zoomend", () => {
        if (this.isFine || this.map.getZoom() < FINE_ZOOM) return;
        this.isFine = true;
        void this.drawLand(fine);
      });
    }
    this.map.on("moveend", () => this.tell());
  }

  /** Show these stations as they are now. */
  show(positions: readonly Position[]): void {
    const gone = new Set(this.markers.keys());
    for (const position of positions) {
      gone.delete(position.station_id);
      this.place(position);
    }
    for (const stationId of gone) {
      this.markers.get(stationId)?.marker.remove();
      this.markers.delete(stationId);
    }
    // Nothing hides a fault.
    for (const { marker, position } of this.markers.values())
      if (position.status === "faulted") marker.bringToFront();
    if (!this.isPlaced) this.showAll();
    this.tell();
  }

  /** Bring all stations into view. */
  showAll(): void {
    const places = [...this.markers.values()].map(({ marker }) => marker.getLatLng());
    if (places.length === 0) return;
    this.isPlaced = true;
    this.map.fitBounds(L.latLngBounds(places), {
      padding: [40, 40],
      maxZoom: LONGEST_JUMP_ZOOM,
      animate: false,
    });
  }

  /** In the colours of another scheme. */
  recolour(colours: Colours): void {
    this.colours = colours;
    for (const { marker, position } of this.markers.values()) marker.setStyle(this.styleOf(position.status));
    this.land?.setStyle(this.landStyle());
  }

  /** Bring a station into view and say what it is. */
  open(stationId: string): void {
    const found = this.markers.get(stationId);
    if (!found) return;
    this.map.setView(found.marker.getLatLng(), Math.max(this.map.getZoom(), LONGEST_JUMP_ZOOM), {
      animate: false,
    });
    found.marker.openPopup();
  }

  resize(): void {
    this.map.invalidateSize({ pan: false });
  }

  remove(): void {
    this.map.remove();
  }

  private place(position: Position): void {
    const at: L.LatLngTuple = [position.latitude, position.longitude];
    const found = this.markers.get(position.station_id);
    if (found) {
      const before = found.position;
      found.position = position;
      if (before.latitude !== position.latitude || before.longitude !== position.longitude)
        found.marker.setLatLng(at);
      if (before.status !== position.status) {
        found.marker.setStyle(this.styleOf(position.status));
        found.marker.setRadius(SHAPES[position.status].radius ?? 6);
      }
      return;
    }
    const marker = L.circleMarker(at, this.styleOf(position.status));
    marker.bindPopup(() => this.options.popup(this.closeTo(marker)), { maxHeight: 260 });
    this.markers.set(position.station_id, { marker, position });
    this.layer.addLayer(marker);
  }

  /** Those under a marker, itself first. */
  private closeTo(marker: L.CircleMarker): readonly Position[] {
    const distance = (other: L.CircleMarker) =>
      this.map
        .latLngToLayerPoint(other.getLatLng())
        .distanceTo(this.map.latLngToLayerPoint(marker.getLatLng()));
    const close = [...this.markers.values()].filter((one) => distance(one.marker) < CLOSE_PX);
    const others = close.filter((one) => one.marker !== marker).map((one) => one.position);
    const own = close.find((one) => one.marker === marker)?.position;
    return [...(own ? [own] : []), ...others.sort(byUrgency)];
  }

  private styleOf(status: MapStatus): L.CircleMarkerOptions {
    const colour = this.colours.status[status];
    return { dashArray: "", ...SHAPES[status], color: colour, fillColor: colour };
  }

  private landStyle(): L.PathOptions {
    const { land, border } = this.colours;
    return { color: border, weight: 1, fillColor: land, fillOpacity: 1 };
  }

  private async drawLand(address: string): Promise<void> {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const topology = (await answer.json()) as Topology<{ countries: GeometryCollection }>;
    const countries = feature<Record<string, unknown>>(topology, topology.objects.countries);
    const land = L.geoJSON<Record<string, unknown>, Geometry>(countries, {
      pane: "land",
      interactive: false,
      style: () => this.landStyle(),
    });
    this.land?.remove();
    this.land = land.addTo(this.map);
  }

  private tell(): void {
    const bounds = this.map.getBounds();
    const all = [...this.markers.values()].map((one) => one.position);
    this.options.moved(all.filter((one) => bounds.contains([one.latitude, one.longitude])).sort(byUrgency));
  }
}
