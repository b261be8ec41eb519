/** The body of the effect in the TailAdmin snippet, as the README prints it. */
export const tailAdmin = (api: string) => `
  function effect(token) {
        if (token) {
            // Load chat widget script
            const script = document.createElement('script');
            script.src = '${api}/chat/embed.js';
            script.onload = () => {
                // Initialize chat widget
                window.BizOSaaSChat = new BizOSaaSChat({
                    apiUrl: '${api}',
                    authToken: token,
                    position: 'bottom-right'
                });
                window.ran = (window.ran || 0) + 1;
            };
            document.head.appendChild(script);
        }
  }`;

/** The SQLAdmin snippet, as the README prints it. */
export const sqlAdmin = (api: string) => `
<!-- Load chat widget -->
<script src="${api}/chat/embed.js"></script>

<script>
// Initialize after getting auth token
fetch('/api/auth/token')
    .then(response => response.json())
    .then(data => {
        const chat = new BizOSaaSChat({
            apiUrl: '${api}',
            authToken: data.token,
            position: 'bottom-left'
        });
    });
</script>`;
