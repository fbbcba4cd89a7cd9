// The styles that a layout imports: Next takes them as they are.
declare module '*.css'
