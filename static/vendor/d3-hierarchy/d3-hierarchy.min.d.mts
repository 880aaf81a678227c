// The part of d3-hierarchy that this project uses, for the check of types.

export interface Placed<T> {
  data: T;
  parent: Placed<T> | null;
  x: number;
  y: number;
  each(visit: (node: Placed<T>) => void): Placed<T>;
}

export interface Tidy {
  (root: Placed<any>): Placed<any>;
  nodeSize(size: [number, number]): Tidy;
  separation(separation: (a: Placed<any>, b: Placed<any>) => number): Tidy;
}

export function hierarchy<T>(data: T, children: (datum: T) => readonly T[]): Placed<T>;
export function tree(): Tidy;
