// The looks of the site: those of VitePress, with room for wide tables.
import theme from 'vitepress/theme'
import './style.css'

export default theme
