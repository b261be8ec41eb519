/** The two snippets of the README, with this service's own address. */
export function tailAdmin(api: string): string {
  return `import { useEffect } from 'react';
import { useAuth } from './hooks/useAuth';

function ChatIntegration() {
    const { token } = useAuth();

    useEffect(() => {
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
            };
            document.head.appendChild(script);
        }
    }, [token]);

    return null; // Chat widget is rendered globally
}`;
}

export function sqlAdmin(api: string): string {
  return `<!-- Load chat widget -->
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
}
