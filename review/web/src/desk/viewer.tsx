// SPDX-License-Identifier: GPL-3.0-or-later
//
// viewer - a page to zoom into, with numbered boxes, overlays and a ruler
//
// Places are given in pixels of the scan; OpenSeadragon counts in widths of the
// picture. The viewer itself is fetched when the first page is opened.

import type OpenSeadragon from "openseadragon";
import type { Point, Rect, TiledImage, Viewer } from "openseadragon";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Box, Page, Severity } from "../shared/types";
import { Loupe } from "./loupe";
import { RULER_PX, drawRuler, scaleOf } from "./ruler";
import { tileUrl } from "./tiles";

export interface Numbered {
  number: number;
  severity: Severity;
  box: Box;
  current: boolean;
}

/** What the keys and buttons of a page do to the viewer. */
export interface Hand {
  fit(): void;
  zoom(factor: number): void;
  turn(): void;
  show(box: Box): void;
  /** One pixel of the scan is one of the screen. */
  peek(box: Box | null): void;
  back(): void;
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

interface View {
  zoom: number;
  center: Point;
  wide: number;
}

const viewOf = (v: Viewer): View => ({
  zoom: v.viewport.getZoom(true), center: v.viewport.getCenter(true), wide: v.viewport.getContainerSize().x,
});

const LEAST_ZOOM = 1e-6;
const LEAST_PX = 0.01;

/**
 * Viewers that move together. A viewer tells of a movement in a later frame, also
 * of one that it was made to follow: what it has been told to show is its last
 * view then, and no movement of its own.
 */
export class Link {
  private readonly last = new Map<Viewer, View>();

  join(v: Viewer): () => void {
    this.last.set(v, viewOf(v));
    v.addHandler("viewport-change", () => this.moved(v));
    return () => void this.last.delete(v);
  }

  private moved(v: Viewer): void {
    const was = this.last.get(v);
    if (!was) return;
    const now = viewOf(v);
    this.last.set(v, now);
    const by = now.center.minus(was.center).times(now.zoom * now.wide).rotate(v.viewport.getRotation(true));
    const factor = now.zoom / was.zoom;
    const isStill = Math.abs(factor - 1) < LEAST_ZOOM && Math.hypot(by.x, by.y) < LEAST_PX;
    if (isStill || was.wide !== now.wide) return; // a window of another size is no movement
    for (const other of this.last.keys()) {
      if (other === v) continue;
      follow(other, factor, by);
      this.last.set(other, viewOf(other));
    }
  }
}

function follow(v: Viewer, factor: number, moved: Point): void {
  const p = v.viewport;
  p.zoomTo(p.getZoom() * factor, null, true);
  const by = moved.rotate(-p.getRotation(true)).times(1 / (p.getZoom() * p.getContainerSize().x));
  p.panBy(by, true);
  p.applyConstraints(true);
}

interface Props {
  page: Page;
  label: string;
  boxes: Numbered[];
  target: Box | null;
  overlays: Set<string>;
  ruler: boolean;
  loupe?: boolean;
  reveal?: boolean;
  link?: Link;
  hand?: (h: Hand | null) => void;
  onShown?: () => void;
}

/** Another picture is another viewer: nothing is drawn on one that is gone. */
export function PageViewer(props: Props) {
  return <Opened key={`${props.page.key} ${props.page.tiles} ${props.reveal}`} {...props} />;
}

function Opened(props: Props) {
  const { page, boxes, target, overlays, ruler } = props;
  const ruled = ruler && page.dpi !== null;
  const place = useRef<HTMLDivElement>(null);
  const rulers = useRef<HTMLCanvasElement>(null);
  const [made, setMade] = useState<{ osd: typeof OpenSeadragon; viewer: Viewer } | null>(null);
  const [zoom, setZoom] = useState(0);
  const now = useRef(props);
  now.current = props;

  useEffect(() => {
    let gone = false;
    let viewer: Viewer | null = null;
    void import("openseadragon").then(({ default: osd }) => {
      if (gone || !place.current) return;
      viewer = open(osd, place.current, page, props.reveal ?? false);
      viewer.addHandler("canvas-key", (e: { originalEvent: KeyboardEvent; preventDefaultAction: boolean }) => {
        e.preventDefaultAction = !e.originalEvent.key.startsWith("Arrow");
      });
      viewer.addHandler("update-viewport", () => {
        setZoom(Math.round(scaleOf(viewer!, now.current.page) * 100));
        drawRuler(rulers.current, viewer!, osd, now.current.page, now.current.ruler);
      });
      viewer.addOnceHandler("tile-drawn", () => now.current.onShown?.());
      viewer.addOnceHandler("open", () => {
        viewer!.viewport.setRotation(page.turn, true);
        viewer!.viewport.goHome(true);
        setMade({ osd, viewer: viewer! });
      });
    });
    return () => {
      gone = true;
      now.current.hand?.(null);
      viewer?.destroy();
    };
  }, []);

  useEffect(() => (made && props.link ? props.link.join(made.viewer) : undefined), [made, props.link]);
  useEffect(() => {
    if (made) drawBoxes(made.osd, made.viewer, page, boxes);
  }, [made, boxes]);
  useEffect(() => {
    if (made && target) show(made.osd, made.viewer, page, target);
  }, [made, target]);
  useEffect(() => (made ? lay(made.viewer, page, overlays) : undefined), [made, overlays]);
  useEffect(() => {
    made?.viewer.forceRedraw();
    if (made) drawRuler(rulers.current, made.viewer, made.osd, page, ruler);
  }, [made, ruler]);
  useEffect(() => {
    if (made) props.hand?.(handOf(made.osd, made.viewer, now));
  }, [made]);

  const said = boxes.map((b) => b.number).join("、");
  return (
    <div class="viewer">
      <div ref={place} class="canvas" style={ruled ? { top: `${RULER_PX}px`, left: `${RULER_PX}px` } : {}} role="group" aria-label={`${props.label}${said ? `，标出疑点 ${said}` : ""}`} />
      <canvas ref={rulers} class="rulers" aria-hidden="true" />
      {made && props.loupe && (
        <Loupe osd={made.osd} viewer={made.viewer} page={page} reveal={props.reveal ?? false} at={target} />
      )}
      <p class="scale">
        {zoom > 0 && `${zoom}%`}
        {page.dpi ? `　${Math.round(page.dpi)} dpi` : "　分辨率未知"}
      </p>
    </div>
  );
}

function open(osd: typeof OpenSeadragon, element: HTMLElement, page: Page, reveal: boolean): Viewer {
  return osd({
    element,
    tileSources: page.tiles
      ? {
          width: page.width, height: page.height,
          tileSize: page.tile_px, tileOverlap: 0,
          minLevel: page.min_level, maxLevel: page.max_level,
          getTileUrl: (level: number, x: number, y: number) => tileUrl(page.tiles!, level, x, y, reveal),
        }
      : { type: "image", url: page.preview },
    drawer: "canvas",
    showNavigationControl: false,
    animationTime: still() ? 0 : 0.35,
    springStiffness: 9,
    minZoomImageRatio: 0.8,
    maxZoomPixelRatio: 6,
    visibilityRatio: 0.4,
    imageLoaderLimit: 6,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    silenceMultiImageWarnings: true,
  });
}

function rectOf(osd: typeof OpenSeadragon, page: Page, [x, y, w, h]: Box): Rect {
  return new osd.Rect(x / page.width, y / page.width, w / page.width, h / page.width);
}

function drawBoxes(osd: typeof OpenSeadragon, viewer: Viewer, page: Page, boxes: Numbered[]): void {
  viewer.clearOverlays();
  for (const b of boxes) {
    const element = document.createElement("div");
    element.className = `evidence ${b.severity}${b.current ? " current" : ""}`;
    element.setAttribute("aria-hidden", "true");
    const number = document.createElement("b");
    number.textContent = String(b.number);
    element.append(number);
    viewer.addOverlay({ element, location: rectOf(osd, page, b.box) });
  }
}

/** The box in the middle third, so that its surroundings are seen, too. */
function show(osd: typeof OpenSeadragon, viewer: Viewer, page: Page, [x, y, w, h]: Box): void {
  const least = page.width / 5;
  const mx = Math.max(w * 0.6, (least - w) / 2);
  const my = Math.max(h * 0.6, (least / 2 - h) / 2);
  viewer.viewport.fitBounds(rectOf(osd, page, [x - mx, y - my, w + 2 * mx, h + 2 * my]), still());
}

/** Pictures of the same page, seen through. */
function lay(viewer: Viewer, page: Page, names: Set<string>): (() => void) | undefined {
  const chosen = page.overlays.filter((o) => names.has(o.name));
  if (chosen.length === 0) return undefined;
  const items: TiledImage[] = [];
  let gone = false;
  for (const o of chosen)
    viewer.addSimpleImage({
      url: o.url, x: 0, y: 0, width: 1,
      success: ({ item }: { item: TiledImage }) => {
        if (gone) viewer.world.removeItem(item);
        else items.push(item);
      },
    });
  return () => {
    gone = true;
    if (viewer.isOpen()) for (const item of items) viewer.world.removeItem(item);
  };
}

function handOf(osd: typeof OpenSeadragon, viewer: Viewer, now: { current: Props }): Hand {
  const v = viewer.viewport;
  let before: { zoom: number; center: Point } | null = null;
  return {
    fit: () => v.goHome(still()),
    zoom: (f) => {
      v.zoomBy(f, null, still());
      v.applyConstraints(still());
    },
    turn: () => v.setRotation((v.getRotation() + 90) % 360, still()),
    show: (box) => show(osd, viewer, now.current.page, box),
    peek: (box) => {
      before ??= { zoom: v.getZoom(), center: v.getCenter() };
      const page = now.current.page;
      if (box) v.panTo(new osd.Point((box[0] + box[2] / 2) / page.width, (box[1] + box[3] / 2) / page.width), true);
      v.zoomTo(page.width / v.getContainerSize().x, null, true);
    },
    back: () => {
      if (!before) return;
      v.zoomTo(before.zoom, null, true);
      v.panTo(before.center, true);
      before = null;
    },
  };
}
