/* Gray-Scott by hand: the practical limit that the fused kernel is measured against.
 *
 * Periodic, spacing 1, forward Euler, n and the steps multiples of 16. Needs AVX-512. All
 * constants are folded, also the cell's own share of the Laplacian, which saves operations
 * but lets diffusion make or lose mass; explicit vectors, whose west and east neighbours are
 * shifts of registers; two rows at once; a tile takes T steps while it is in the cache.
 */
#include <immintrin.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#ifndef REAL
#define REAL float
#endif
typedef REAL real;
typedef real vec __attribute__((vector_size(64)));
#define VLEN ((ptrdiff_t)(64 / sizeof(real)))
typedef struct { real a, cu, du, dt, cv, dv; } P;

static inline vec ld(const real *x) { return *(const vec *)x; }
static inline vec west(vec c, vec prev) {
    if (sizeof(real) == 4) return (vec)_mm512_alignr_epi32((__m512i)c, (__m512i)prev, 15);
    return (vec)_mm512_alignr_epi64((__m512i)c, (__m512i)prev, 7);
}
static inline vec east(vec c, vec next) {
    if (sizeof(real) == 4) return (vec)_mm512_alignr_epi32((__m512i)next, (__m512i)c, 1);
    return (vec)_mm512_alignr_epi64((__m512i)next, (__m512i)c, 1);
}
#define UPDATE(su, sv, u_, v_, uo_, vo_) do { \
    vec r_ = (p.dt * u_) * (v_ * v_); \
    *(vec *)(uo_) = (p.a - r_) + p.cu * u_ + p.du * (su); \
    *(vec *)(vo_) = r_ + p.cv * v_ + p.dv * (sv); } while (0)

/* rows 1 and 2 from rows 0 to 3; the vectors before a and at b are readable */
static inline __attribute__((always_inline)) void pair(
    const real *restrict u0, const real *restrict u1, const real *restrict u2, const real *restrict u3,
    const real *restrict v0, const real *restrict v1, const real *restrict v2, const real *restrict v3,
    real *restrict uo, real *restrict vo, real *restrict uq, real *restrict vq, ptrdiff_t a, ptrdiff_t b, const P p) {
    vec a0 = ld(u1 + a - VLEN), a1 = ld(u1 + a), b0 = ld(v1 + a - VLEN), b1 = ld(v1 + a);
    vec c0 = ld(u2 + a - VLEN), c1 = ld(u2 + a), d0 = ld(v2 + a - VLEN), d1 = ld(v2 + a);
    for (ptrdiff_t j = a; j < b; j += VLEN) {
        ptrdiff_t n = j + VLEN;
        vec a2 = ld(u1 + n), b2 = ld(v1 + n), c2 = ld(u2 + n), d2 = ld(v2 + n);
        UPDATE((ld(u0 + j) + c1) + (west(a1, a0) + east(a1, a2)), (ld(v0 + j) + d1) + (west(b1, b0) + east(b1, b2)), a1, b1, uo + j, vo + j);
        UPDATE((a1 + ld(u3 + j)) + (west(c1, c0) + east(c1, c2)), (b1 + ld(v3 + j)) + (west(d1, d0) + east(d1, d2)), c1, d1, uq + j, vq + j);
        a0 = a1; a1 = a2; b0 = b1; b1 = b2; c0 = c1; c1 = c2; d0 = d1; d1 = d2;
    }
}

/* Result in (u, v) if steps / T is even. */
void steps(real *u, real *v, real *u2, real *v2, ptrdiff_t n, long count, int T, ptrdiff_t W,
           double Du, double Dv, double F, double k) {
    const P p = {(real)F, (real)(1 - F - 4 * Du), (real)Du, 1, (real)(1 - F - k - 4 * Dv), (real)Dv};
    if (W > n) W = n;
    const ptrdiff_t H = ((T + VLEN - 1) / VLEN) * VLEN, G = 1 << 14, lead = W + 2 * H + 3 * VLEN;
    real *ring = aligned_alloc(64, (size_t)(T + 1) * 8 * lead * sizeof(real));
    memset(ring, 0, (size_t)(T + 1) * 8 * lead * sizeof(real));
#define U(t, i) (ring + ((size_t)(t) * 8 + 2 * ((i) & 3)) * lead + H + VLEN)
#define V(t, i) (ring + ((size_t)(t) * 8 + 2 * ((i) & 3) + 1) * lead + H + VLEN)
    real *a = u, *b = v, *c = u2, *d = v2;
    for (long s = 0; s < count; s += T) {
        for (ptrdiff_t c0 = 0; c0 < n; c0 += W)
            for (ptrdiff_t q = -T; q < n + T; q += 2) {
                for (int e = 0; e < 2; e++) {
                    ptrdiff_t i = ((q + e) % n + n) % n;
                    for (ptrdiff_t j = -H; j < W + H; j += VLEN) {
                        ptrdiff_t x = (c0 + j + n) % n;
                        *(vec *)(U(0, q + e + G) + j) = ld(a + i * n + x);
                        *(vec *)(V(0, q + e + G) + j) = ld(b + i * n + x);
                    }
                }
                for (int t = 1; t <= T; t++) {
                    ptrdiff_t i = q - t, rim = T - t, I = i + G, h = t == T ? 0 : H;
                    if (i < -rim || i >= n + rim) continue;
                    real *uo = t == T ? c + i * n + c0 : U(t, I), *vo = t == T ? d + i * n + c0 : V(t, I);
                    real *uq = t == T ? uo + n : U(t, I + 1), *vq = t == T ? vo + n : V(t, I + 1);
                    pair(U(t - 1, I - 1), U(t - 1, I), U(t - 1, I + 1), U(t - 1, I + 2),
                         V(t - 1, I - 1), V(t - 1, I), V(t - 1, I + 1), V(t - 1, I + 2), uo, vo, uq, vq, -h, W + h, p);
                }
            }
        real *x = a; a = c; c = x;
        x = b; b = d; d = x;
    }
    free(ring);
}
