"""The face of the product: pages, JSON API, sign-in. It asks `workflow` and holds no rule of its own."""
