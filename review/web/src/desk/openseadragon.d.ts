// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of OpenSeadragon that viewer.tsx uses.

declare module "openseadragon" {
  export class Point {
    constructor(x: number, y: number);
    x: number;
    y: number;
    minus(p: Point): Point;
    times(f: number): Point;
    rotate(degrees: number): Point;
  }
  export class Rect {
    constructor(x: number, y: number, w: number, h: number);
    x: number;
    y: number;
    width: number;
    height: number;
  }
  export interface Viewport {
    getZoom(current?: boolean): number;
    getCenter(current?: boolean): Point;
    getRotation(current?: boolean): number;
    setRotation(degrees: number, immediately?: boolean): void;
    getContainerSize(): Point;
    zoomTo(zoom: number, at?: Point | null, immediately?: boolean): void;
    zoomBy(factor: number, at?: Point | null, immediately?: boolean): void;
    panTo(to: Point, immediately?: boolean): void;
    panBy(by: Point, immediately?: boolean): void;
    goHome(immediately?: boolean): void;
    fitBounds(r: Rect, immediately?: boolean): void;
    applyConstraints(immediately?: boolean): void;
    pixelFromPoint(p: Point, current?: boolean): Point;
    pointFromPixel(p: Point, current?: boolean): Point;
  }
  export interface World {
    getItemAt(i: number): TiledImage | undefined;
    getItemCount(): number;
    removeItem(i: TiledImage): void;
  }
  export interface TiledImage {
    setOpacity(o: number): void;
  }
  export interface Viewer {
    viewport: Viewport;
    world: World;
    canvas: HTMLElement;
    container: HTMLElement;
    isOpen(): boolean;
    open(source: object): void;
    destroy(): void;
    addHandler(name: string, run: (e: never) => void): void;
    removeHandler(name: string, run: (e: never) => void): void;
    addOnceHandler(name: string, run: (e: never) => void): void;
    addOverlay(o: { element: HTMLElement; location: Rect }): void;
    clearOverlays(): void;
    addSimpleImage(o: object): void;
    forceRedraw(): void;
  }
  const OpenSeadragon: { (o: object): Viewer; Point: typeof Point; Rect: typeof Rect };
  export default OpenSeadragon;
}
