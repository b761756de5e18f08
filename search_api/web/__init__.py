"""The page: server-rendered, in Vietnamese and English, whole without script. `router.web_router` is its door."""
