// SPDX-License-Identifier: GPL-3.0-or-later
/** Router mini-batches through Aparapi OpenCL kernels. */
package io.driftmoe.opencl;
