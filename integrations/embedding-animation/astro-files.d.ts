/** For plain tsc; `astro check` knows each component's own props. */
declare module '*.astro' {
  const component: (props: Record<string, unknown>) => unknown;
  export default component;
}
