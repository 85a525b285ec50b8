/** `/icon.svg`: a letter that becomes a card. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#2458c5"/>
<path d="M7 10h18v12H7z" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>
<path d="m7.5 10.5 8.5 7 8.5-7" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>
<path d="m19 24 3 3 6-7" fill="none" stroke="#8fe3b0" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;
