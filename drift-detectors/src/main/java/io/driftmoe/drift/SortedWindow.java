// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/** A few numbers in ascending order. */
final class SortedWindow {
  private final double[] values;
  private int size;

  SortedWindow(int capacity) {
    values = new double[capacity];
  }

  void add(double value) {
    int place = firstNotBelow(value);
    System.arraycopy(values, place, values, place + 1, size - place);
    values[place] = value;
    size++;
  }

  /** Removes a value that is in it. */
  void remove(double value) {
    int place = firstNotBelow(value);
    size--;
    System.arraycopy(values, place + 1, values, place, size - place);
  }

  void clear() {
    size = 0;
  }

  private int firstNotBelow(double value) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Largest difference between the two empirical distribution functions; neither is empty. */
  double distance(SortedWindow other) {
    double distance = 0;
    int i = 0;
    int j = 0;
    while (i < size && j < other.size) {
      double value = Math.min(values[i], other.values[j]);
      while (i < size && values[i] == value) {
        i++;
      }
      while (j < other.size && other.values[j] == value) {
        j++;
      }
      distance = Math.max(distance, Math.abs((double) i / size - (double) j / other.size));
    }
    return distance;
  }
}
