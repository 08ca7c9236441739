// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

/**
 * The right factor of a {@link TiledProduct}, cut into panels of four vectors of columns.
 *
 * @param values of the matrix {@code [terms × columns]}
 * @param panel floats from one panel to the next
 * @param term floats from one row to the next inside a panel
 */
record Panels(float[] values, int panel, int term) {
  static final int WIDTH = TiledProduct.VECTORS * Lanes.COUNT;

  /** Panels one after the other, each without gaps; the last is as wide as all. */
  static Panels packed(int terms, int columns) {
    int count = (columns + WIDTH - 1) / WIDTH;
    return new Panels(new float[count * terms * WIDTH], terms * WIDTH, WIDTH);
  }

  /** Side by side in the rows of a matrix. */
  static Panels ofRows(float[] values, int stride) {
    return new Panels(values, WIDTH, stride);
  }
}
